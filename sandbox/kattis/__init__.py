"""Problem packages of the Kattis format (DOMjudge's too), made into requests to the judge.

`read_problem(read_archive(data))` or `read_problem(read_folder(path))` is the problem; its `request` judges a program.
"""

from sandbox.kattis.files import read_archive, read_folder
from sandbox.kattis.package import Problem, Validation, read_problem
from sandbox.kattis.programs import Submission

__all__ = ["Problem", "Submission", "Validation", "read_archive", "read_folder", "read_problem"]
