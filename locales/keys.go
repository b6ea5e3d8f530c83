package locales

// Key names a text. Arguments are told in the comment of their key: %[1]s is the first. Every argument is text that is
// ready to be read; dates come from this package too.
type Key string

// Labels of facts.
const (
	LabelEventNumber Key = "label.event_number"
	LabelEvent       Key = "label.event"
	LabelCustomer    Key = "label.customer"
	LabelContact     Key = "label.contact"
	LabelWhen        Key = "label.when"
	LabelYourTime    Key = "label.your_time" // the same moment on the reader's own clock
	LabelWhere       Key = "label.where"
	LabelResponsible Key = "label.responsible"
	LabelTeam        Key = "label.team"
	LabelPhone       Key = "label.phone"
	LabelEmail       Key = "label.email"
)

// Labels of buttons.
const (
	OpenEvent Key = "open.event"
	OpenApp   Key = "open.app"
)

// The buttons of WeChat's menu: at most 16 bytes each.
const (
	MenuReminders Key = "menu.reminders" // the reader's own
	MenuToday     Key = "menu.today"
)

// Notes in a message.
const (
	LateNote Key = "note.late" // %[1]s when it was due
	AskNote  Key = "note.ask"  // for contact persons: whom to ask; %[1]s name and phone
)

// The daily digest. Its subject comes from DigestSubject.
const (
	DigestTitle       Key = "digest.title"       // %[1]s date
	DigestLeadAll     Key = "digest.lead_all"    // about the company's events
	DigestLeadOwn     Key = "digest.lead_own"    // about the reader's own events
	DigestToday       Key = "digest.today"       // section
	DigestWeek        Key = "digest.week"        // section
	DigestOverdue     Key = "digest.overdue"     // section
	DigestFailed      Key = "digest.failed"      // section
	DigestFailedItem  Key = "digest.failed_item" // %[1]s recipient, %[2]s channel, %[3]s reason
	DigestMore        Key = "digest.more"        // for Count: how many are not listed
	DigestFooter      Key = "digest.footer"      // to those who asked for it
	DigestUnsubscribe Key = "digest.unsubscribe" // label of the link in the mail
	FooterAdmin       Key = "footer.admin"       // of a digest or an alert to an administrator
	UnsubscribeTitle  Key = "unsubscribe.title"  // of the page behind the link
	UnsubscribeAsk    Key = "unsubscribe.ask"    // before the button is pressed
	UnsubscribeButton Key = "unsubscribe.button"
	UnsubscribeDone   Key = "unsubscribe.done" // after the button was pressed
)

// The alert about overdue events. Its subject comes from OverdueSubject, an item's days from DaysOverdue.
const (
	OverdueTitle      Key = "overdue.title"
	OverdueLead       Key = "overdue.lead"
	OverdueEnd        Key = "overdue.end"         // an item still in progress; %[1]s planned end
	OverdueNotStarted Key = "overdue.not_started" // an item still planned or confirmed; %[1]s status, %[2]s planned start
)

// The alert about a channel that paused. The one about email is read only after email works again, so its words hold
// before and after.
const (
	ChannelPausedSubject Key = "channel_paused.subject" // %[1]s channel
	ChannelPausedTitle   Key = "channel_paused.title"   // %[1]s channel
	ChannelPausedLead    Key = "channel_paused.lead"    // %[1]s channel, %[2]s since when, %[3]s reason without full stop
	ChannelPausedWait    Key = "channel_paused.wait"    // what becomes of the messages
	EmailPausedSubject   Key = "email_paused.subject"   // %[1]s short date and time
	EmailPausedTitle     Key = "email_paused.title"
	EmailPausedLead      Key = "email_paused.lead" // %[1]s when it stopped, %[2]s reason without full stop
	EmailPausedWait      Key = "email_paused.wait"
	LabelHint            Key = "label.hint" // how to mend it
)

// The alert about a limit that holds SMS back: of one number and day, or of the company's month.
const (
	SMSDaySubject   Key = "sms_day.subject"   // %[1]s masked number, %[2]s date
	SMSDayLead      Key = "sms_day.lead"      // %[1]s masked number, %[2]d limit, %[3]s date
	SMSMonthSubject Key = "sms_month.subject" // %[1]s month
	SMSMonthLead    Key = "sms_month.lead"    // %[1]d limit in parts, %[2]s month
	SMSHeldTitle    Key = "sms_held.title"
	SMSHeldWait     Key = "sms_held.wait" // for Count: how many wait; %[2]s until when
	SMSHeldHint     Key = "sms_held.hint" // what to do
)

// The test message of a channel.
const (
	TestSubject Key = "test.subject" // %[1]s channel
	TestTitle   Key = "test.title"   // %[1]s channel
	TestBody    Key = "test.body"    // %[1]s channel, %[2]s who asked for it, %[3]s when
)

// The invitation of a new user.
const (
	InviteSubject  Key = "invite.subject" // %[1]s who invites: a person or the company
	InviteTitle    Key = "invite.title"
	InviteLead     Key = "invite.lead" // %[1]s who invites, %[2]s the address to sign in with
	InviteButton   Key = "invite.button"
	InviteValidity Key = "invite.validity" // %[1]s until when
	InviteFooter   Key = "invite.footer"
)

// PocketBase's own mails to a user who signs in, or wants to.
const (
	CodeSubject    Key = "code.subject"
	CodeTitle      Key = "code.title"
	CodeLead       Key = "code.lead" // %[1]s the address to sign in with
	CodeLabel      Key = "code.label"
	CodeValidity   Key = "code.validity" // %[1]s until when
	CodeFooter     Key = "code.footer"
	ResetSubject   Key = "reset.subject"
	ResetLead      Key = "reset.lead" // %[1]s the address to sign in with
	ResetFooter    Key = "reset.footer"
	VerifySubject  Key = "verify.subject"
	VerifyLead     Key = "verify.lead" // %[1]s the address
	VerifyButton   Key = "verify.button"
	VerifyFooter   Key = "verify.footer"
	ChangeSubject  Key = "change.subject"
	ChangeLead     Key = "change.lead" // %[1]s the address to sign in with from now on
	ChangeFooter   Key = "change.footer"
	SignInSubject  Key = "sign_in.subject"
	SignInLead     Key = "sign_in.lead" // %[1]s the address that signed in
	SignInBody     Key = "sign_in.body"
	SignInLabel    Key = "sign_in.label" // of the place and the program
	SignInButton   Key = "sign_in.button"
	ActionValidity Key = "action.validity" // %[1]s until when a link works
)

// The test of a template, which only its author gets.
const (
	TemplateTestFooter Key = "template_test.footer" // %[1]s who asked for it
)

// A made-up event, to show what a template looks like.
const (
	SampleEvent        Key = "sample.event"
	SampleCustomer     Key = "sample.customer"
	SampleAddress      Key = "sample.address"
	SampleNotes        Key = "sample.notes"
	SampleLocation     Key = "sample.location"
	SampleDescription  Key = "sample.description"
	SampleContact      Key = "sample.contact"
	SampleContactTitle Key = "sample.contact_title"
	SampleResponsible  Key = "sample.responsible"
	SampleColleague    Key = "sample.colleague"
)

// What the functions of this package are made of.
const (
	listSeparator   Key = "list_separator"
	labelled        Key = "labelled"  // %[1]s label, %[2]s value
	dateSpan        Key = "date_span" // %[1]s start, %[2]s end
	zoneTime        Key = "zone_time" // %[1]s place
	today           Key = "today"
	tomorrow        Key = "tomorrow"
	yesterday       Key = "yesterday"
	days            Key = "days"         // %[1]d
	inDays          Key = "in_days"      // %[1]d
	daysAgo         Key = "days_ago"     // %[1]d
	daysOverdue     Key = "days_overdue" // %[1]d
	overdueToday    Key = "overdue_today"
	starts          Key = "starts"  // %[1]s "in 3 days"
	started         Key = "started" // %[1]s "3 days ago"
	startsToday     Key = "starts_today"
	leadAlone       Key = "lead_alone"           // %[1]s "starts in 3 days"
	overdueOne      Key = "overdue.subject_one"  // %[1]s title and customer
	overdueMany     Key = "overdue.subject_many" // %[1]d
	digestSubject   Key = "digest.subject"       // %[1]s short date
	eventsToday     Key = "digest.events_today"  // %[1]d
	eventsThisWeek  Key = "digest.events_week"   // %[1]d
	eventsOverdue   Key = "digest.events_overdue"
	remindersFailed Key = "digest.reminders_failed"
)
