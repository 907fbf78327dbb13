"""The course package: the folder of Markdown and YAML in which a course is written, kept and moved."""
