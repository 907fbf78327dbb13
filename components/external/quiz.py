"""The React component of assets/quiz.js: letters as keys of a quiz, and where the focus goes."""

import reflex as rx


class QuizFrame(rx.Component):
    """Holds a quiz; `stage` says which part of it is shown."""

    library = "$/public/quiz.js"
    tag = "QuizFrame"
    stage: rx.Var[str]
