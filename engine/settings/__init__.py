"""Reading and changing the text of config.toml: text in, text out, whatever keys engine.config has."""
