"""One YAML file a method or component; the shape is in `paper_implementer.knowledge.schema`."""
