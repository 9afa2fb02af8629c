"""What the office knows: articles beside the call, and questions that lead to what is wrong."""
