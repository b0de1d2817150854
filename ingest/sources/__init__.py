"""Sources: what paths, archives, mails, web pages and feeds hold."""
