"""The public pages: the bulletin and its Atom feed."""
