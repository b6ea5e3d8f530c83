package api

import (
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"tminus/notifiers"
	"tminus/outbox"
)

// twilioCallback answers POST callbacks/twilio/{delivery}: what became of a message, signed with the account's token over
// the address that Twilio was given with it. Forged: 403. Twilio does not call again.
//
// https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
func (a *API) twilioCallback(e *core.RequestEvent) error {
	delivery := e.Request.PathValue("delivery")
	address := a.TwilioCallbackURL(e.App, delivery)
	if !a.isTwilio() || address == "" {
		return e.NotFoundError("There is no such route.", nil)
	}
	refusal := e.ForbiddenError("Twilio did not sign this.", nil)
	if err := e.Request.ParseForm(); err != nil {
		return refusal
	}
	form := e.Request.PostForm // without the query, which is no part of the address that was given
	if !notifiers.VerifyTwilioSignature(a.Config.SMS.APISecret, address, form, e.Request.Header.Get("X-Twilio-Signature")) {
		return refusal
	}
	sid, _, found := notifiers.ParseTwilioCallback(form)
	if sid == "" {
		return e.BadRequestError("This is no status of a message.", nil)
	}
	_, err := a.Engine.Receive(outbox.Report{
		Delivery: delivery, Channel: notifiers.SMS, ProviderID: sid, Address: form.Get("To"), Finding: found,
	})
	if err != nil {
		return busy(e, err)
	}
	return e.NoContent(http.StatusNoContent)
}
