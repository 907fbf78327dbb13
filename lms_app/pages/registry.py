"""Every page of the app, one line each. One module per page: Reflex cuts the browser's script by module."""

from lms_app.pages.catalogue import catalogue
from lms_app.pages.course import course
from lms_app.pages.home import home
from lms_app.pages.learn import learn
from lms_app.pages.page import Page
from lms_app.pages.playground import playground
from lms_app.pages.practice import practice
from lms_app.pages.register import register
from lms_app.pages.resume import resume
from lms_app.pages.sign_in import sign_in
from lms_app.pages.similarity import similarity
from lms_app.pages.submissions import submissions
from lms_app.pages.teach_exercise import teach_exercise

PAGES: tuple[Page, ...] = (
    catalogue,
    course,
    home,
    learn,
    playground,
    practice,
    register,
    resume,
    sign_in,
    similarity,
    submissions,
    teach_exercise,
)
