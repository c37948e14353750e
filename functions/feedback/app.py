"""The table of contents of the feedback domain."""

from functions.feedback.accept_answer import accept_answer
from functions.feedback.answer_survey import answer_survey
from functions.feedback.begin_picture import begin_picture
from functions.feedback.make_guest_link import make_guest_link
from functions.feedback.open_announcement import open_announcement
from functions.feedback.open_inbox import open_inbox
from functions.feedback.open_thread import open_thread
from functions.feedback.publish_announcement import publish_announcement
from functions.feedback.read_announcements import read_announcements
from functions.feedback.read_draws import read_draws
from functions.feedback.read_engagement import read_engagement
from functions.feedback.read_engagement_page import read_engagement_page
from functions.feedback.read_guest_threads import read_guest_threads
from functions.feedback.read_inbox import read_inbox
from functions.feedback.read_my_forum import read_my_forum
from functions.feedback.read_news import read_news
from functions.feedback.read_picture import read_picture
from functions.feedback.read_questions import read_questions
from functions.feedback.read_review import read_review
from functions.feedback.read_reviews import read_reviews
from functions.feedback.read_thread import read_thread
from functions.feedback.read_threads import read_threads
from functions.feedback.read_tickets import read_tickets
from functions.feedback.read_topic import read_topic
from functions.feedback.read_topics import read_topics
from functions.feedback.report_post import report_post
from functions.feedback.report_survey import report_survey
from functions.feedback.take_step import take_step
from functions.feedback.take_steps import take_steps
from functions.feedback.thank_for_post import thank_for_post
from functions.feedback.write_announcement import write_announcement
from functions.feedback.write_answer import write_answer
from functions.feedback.write_message import write_message
from functions.feedback.write_review import write_review
from functions.feedback.write_topic import write_topic
from stamkund.web.app import App, build_app


def build() -> App:
    return build_app(
        "feedback",
        open_thread,
        read_threads,
        read_thread,
        write_message,
        make_guest_link,
        read_guest_threads,
        read_inbox,
        open_inbox,
        take_step,
        take_steps,
        write_review,
        read_review,
        read_reviews,
        write_topic,
        write_answer,
        read_topics,
        read_topic,
        read_my_forum,
        thank_for_post,
        accept_answer,
        report_post,
        read_draws,
        read_tickets,
        read_questions,
        answer_survey,
        report_survey,
        write_announcement,
        publish_announcement,
        open_announcement,
        read_announcements,
        read_news,
        begin_picture,
        read_picture,
        read_engagement,
        read_engagement_page,
    )


app = build()
