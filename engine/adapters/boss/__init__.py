"""The billing side: the embedded one (`local`), and any other over HTTP (`http`)."""
