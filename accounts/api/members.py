"""Members of a book and invitations to it."""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions, attempts, letters, origin, queries
from accounts.api import refusals
from accounts.api.books import membership_or_404, shape
from accounts.api.views import REFUSED, CreatingView, PersonView, checked
from accounts.models import Invitation, Membership, Role
from accounts.serializers import (
    AcceptRequest,
    BookShape,
    InvitationRequest,
    InvitationShape,
    MemberShape,
    RoleChange,
)

DONE = {204: OpenApiResponse(description="Done.")}


class Members(PersonView):
    """GET: who is in the book."""

    @extend_schema(operation_id="members_list", responses=MemberShape(many=True))
    def get(self, request: Request, book_id: int) -> Response:
        mine = membership_or_404(self.user, book_id, request)
        return Response(MemberShape(queries.members(book=mine.book), many=True).data)


class OneMember(PersonView):
    """PATCH: another role, by an owner. DELETE: out of the book, by an owner or by oneself."""

    @extend_schema(operation_id="members_update", request=RoleChange, responses={200: MemberShape, 409: REFUSED})
    def patch(self, request: Request, book_id: int, user_id: int) -> Response:
        theirs = self._theirs(membership_or_404(self.user, book_id, request), user_id)
        role = checked(RoleChange, request).validated_data["role"]
        now, where = timezone.now(), origin.of(request._request)
        try:
            changed = actions.change_role(
                book=theirs.book, user=theirs.user, role=role, by=self.user, now=now, origin=where
            )
        except actions.LastOwner as error:
            raise _last_owner() from error
        return Response(MemberShape(changed).data)

    @extend_schema(operation_id="members_remove", responses={**DONE, 409: REFUSED})
    def delete(self, request: Request, book_id: int, user_id: int) -> Response:
        role = Role.VIEWER if user_id == self.user.pk else Role.OWNER
        theirs = self._theirs(membership_or_404(self.user, book_id, request, role=role), user_id)
        now, where = timezone.now(), origin.of(request._request)
        try:
            actions.remove(book=theirs.book, user=theirs.user, by=self.user, now=now, origin=where)
        except actions.LastOwner as error:
            raise _last_owner() from error
        return Response(status=204)

    def _theirs(self, mine: Membership, user_id: int) -> Membership:
        theirs = queries.members(book=mine.book).filter(user_id=user_id).first()
        if theirs is None:
            raise NotFound(_("There is no such member."))
        theirs.book = mine.book
        return theirs


def _last_owner() -> refusals.Conflict:
    return refusals.Conflict(_("A book must keep an owner. Make somebody else an owner first."), code="last_owner")


class Invitations(CreatingView):
    """GET: open invitations. POST: invite somebody by e-mail. Both for owners."""

    network = True

    @extend_schema(operation_id="invitations_list", responses=InvitationShape(many=True))
    def get(self, request: Request, book_id: int) -> Response:
        mine = membership_or_404(self.user, book_id, request)
        if not mine.may(Role.OWNER):
            raise PermissionDenied(_("Only an owner of this book may do that."))
        found = queries.open_invitations(book=mine.book, now=timezone.now())
        return Response(InvitationShape(found, many=True).data)

    @extend_schema(
        operation_id="invitations_create", request=InvitationRequest, responses={201: InvitationShape, 409: REFUSED}
    )
    def post(self, request: Request, book_id: int) -> Response:
        mine = membership_or_404(self.user, book_id, request)
        given = checked(InvitationRequest, request).validated_data
        now, where = timezone.now(), origin.of(request._request)
        attempts.count("invite", str(self.user.pk))
        try:
            invitation, token = actions.invite(
                book=mine.book, email=given["email"], role=given["role"], by=self.user, now=now, origin=where
            )
        except actions.AlreadyMember as error:
            raise refusals.Conflict(_("This person is in the book already."), code="already_member") from error
        letters.send_invitation(request=request._request, invitation=invitation, token=token)
        return Response(InvitationShape(invitation).data, status=201)


class OneInvitation(PersonView):
    """DELETE: withdraw an open invitation."""

    @extend_schema(operation_id="invitations_withdraw", responses=DONE)
    def delete(self, request: Request, book_id: int, invitation_id: int) -> Response:
        mine = membership_or_404(self.user, book_id, request)
        if not mine.may(Role.OWNER):
            raise PermissionDenied(_("Only an owner of this book may do that."))
        found = Invitation.objects.filter(pk=invitation_id, book=mine.book, accepted_at=None).first()
        if found is None:
            raise NotFound(_("There is no such invitation."))
        actions.withdraw(invitation=found, by=self.user, now=timezone.now(), origin=origin.of(request._request))
        return Response(status=204)


class Accept(CreatingView):
    """POST: join the book of an invitation with the token of its link."""

    throttle_scope = "auth"

    @extend_schema(
        operation_id="invitations_accept", request=AcceptRequest, responses={200: BookShape, 404: REFUSED, 409: REFUSED}
    )
    def post(self, request: Request) -> Response:
        token = checked(AcceptRequest, request).validated_data["token"]
        try:
            membership = actions.accept(
                token=token, user=self.user, now=timezone.now(), origin=origin.of(request._request)
            )
        except actions.NoSuchInvitation as error:
            raise NotFound(_("This invitation is no longer good.")) from error
        except actions.WrongPerson as error:
            raise refusals.OtherAddress from error
        except actions.AlreadyMember as error:
            raise refusals.Conflict(_("You are in this book already."), code="already_member") from error
        return Response(shape(membership))
