package api

import (
	"io"
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"tminus/notifiers"
	"tminus/outbox"
)

// aliyunCallback answers POST callbacks/aliyun/{secret}: receipts, several at once, that nobody signs. Whoever knows the
// secret may say that a message arrived; that one did not is asked of Aliyun before it is believed. Wrong secret: 403. An
// answer of 503 has Aliyun push again after 1, 5 and 10 minutes.
//
// https://help.aliyun.com/document_detail/101867.html
func (a *API) aliyunCallback(e *core.RequestEvent) error {
	secret, err := a.callbackSecret(e.App)
	if err != nil {
		return busy(e, err)
	}
	if !sameSecret(e.Request.PathValue("secret"), secret) {
		return e.ForbiddenError("This is not the address of the receipts.", nil)
	}
	body, err := io.ReadAll(e.Request.Body)
	if err != nil {
		return e.BadRequestError("The receipts cannot be read.", err)
	}
	receipts, err := notifiers.ParseAliyunReport(body)
	if err != nil {
		return e.BadRequestError("The receipts cannot be read: "+err.Error()+".", nil)
	}
	var reports []outbox.Report
	for _, r := range receipts {
		if r.OutID == "" {
			continue // of another program that sends by the same account
		}
		reports = append(reports, outbox.Report{
			Delivery: r.OutID, Channel: notifiers.SMS, ProviderID: r.BizID, Address: r.PhoneNumber, Confirm: !r.Success, Finding: r.Finding(),
		})
	}
	if _, err := a.Engine.Receive(reports...); err != nil {
		return busy(e, err)
	}
	return e.JSON(http.StatusOK, map[string]any{"code": 0, "msg": "接收成功"})
}
