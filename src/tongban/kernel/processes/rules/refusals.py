"""What is refused, and what to do instead."""

from tongban.kernel.errors import N_, Refusal


class NotThisOutcome(Refusal):
    says = N_("The stage “{stage}” does not know the outcome “{outcome}”.")
    hint = N_("It may end with: {possible}.")
    status = 422


class AlreadyDone(Refusal):
    says = N_("This work was already finished by someone else.")
    hint = N_("Look at the trail; nothing of yours was applied.")
    status = 409


class AlreadyClaimed(Refusal):
    says = N_("A colleague is already working on this.")
    hint = N_("Take the next one, or ask for it to be transferred to you.")
    status = 409


class StillWaiting(Refusal):
    says = N_("Someone who was asked has not answered yet.")
    hint = N_("Wait for the answer, or take the question back.")
    status = 409


class IsPaused(Refusal):
    says = N_("This matter is paused: {reason}.")
    hint = N_("It can be acted upon again once it resumes.")
    status = 409


class HasEnded(Refusal):
    says = N_("This matter has ended.")
    hint = N_("An ended matter is never changed; a correction opens a new one.")
    status = 409


class NotEnded(Refusal):
    says = N_("This matter has not ended.")
    hint = N_("Return the work to an earlier stage instead.")
    status = 409


class NotInYourHands(Refusal):
    says = N_("This is not in the hands of your post.")
    hint = N_("It waits at: {holder}.")
    status = 403


class NothingAsked(Refusal):
    says = N_("Nobody was asked.")
    hint = N_("Name at least one, and no more answers than are asked.")
    status = 422


class NotBefore(Refusal):
    says = N_("Work cannot go back to “{stage}”.")
    hint = N_("It can go back to: {possible}.")
    status = 422


class KeyReused(Refusal):
    says = N_("The same request key was already used for something else.")
    hint = N_("Reload the page and try again.")
    status = 422


class VerbNotAllowed(Refusal):
    says = N_("“{verb}” is not allowed at the stage “{stage}”.")
    hint = N_("Allowed here: {possible}.")
    status = 409


class HandsNotAllowed(Refusal):
    says = N_("This work may not go to {hands}.")
    hint = N_("It may go to those whom the stage “{stage}” names, and who hold the post for it.")
    status = 422


class WordsMissing(Refusal):
    says = N_("Say why.")
    hint = N_("It stands in the trail for all who work on this matter.")
    status = 422


class AlreadyOpened(Refusal):
    says = N_("The work was already opened by those it went to.")
    hint = N_("Ask them to return it.")
    status = 409


class LegalStagesLeft(Refusal):
    says = N_("Stages that the law requires have not been worked on: {stages}.")
    hint = N_("They cannot be passed over; each has its own competent post.")
    status = 409
