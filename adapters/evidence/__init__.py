"""Files of evidence: their store on disk, the checks before they are stored, and the copies that may be shown."""
