"""Sources: the files that paths name, and the pages that web addresses, feeds and sitemaps lead to."""
