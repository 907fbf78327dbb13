"""The images that cells of the Docker backend are made of, and how they are built."""

from sandbox.images.building import BuildProblem, build
from sandbox.images.recipes import FAMILIES, RECIPE_LABEL, family_of, image_name, recipe

__all__ = ["FAMILIES", "RECIPE_LABEL", "BuildProblem", "build", "family_of", "image_name", "recipe"]
