"""What a person looks at on a published scan: small pictures, drawn as SVG."""
