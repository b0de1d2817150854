"""Reading: chooses the evidence, the windows of passages that an answer is written from."""
