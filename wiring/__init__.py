"""The composition root: the only importer of adapters; joins the ports to what the settings name."""
