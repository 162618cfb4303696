"""HTTP itself: the server and its limits, keys, strict JSON bodies, problem+json, security headers, OpenAPI."""
