"""Speech: the prompts' sound files, made by pyttsx3 in worker processes or taken from human recordings."""
