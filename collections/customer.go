package collections

import (
	"github.com/pocketbase/pocketbase/core"
)

// Customer is a company that is visited.
type Customer struct{ core.BaseRecordProxy }

// NewCustomer gives an unsaved customer.
func NewCustomer(app core.App) (*Customer, error) { return create[Customer](app, Customers) }

func (c *Customer) Name() string         { return c.GetString("name") }
func (c *Customer) SetName(v string)     { c.Set("name", v) }
func (c *Customer) Address() string      { return c.GetString("address") }
func (c *Customer) SetAddress(v string)  { c.Set("address", v) }
func (c *Customer) Timezone() string     { return c.GetString("timezone") }
func (c *Customer) SetTimezone(v string) { c.Set("timezone", v) }
func (c *Customer) Notes() string        { return c.GetString("notes") }
func (c *Customer) SetNotes(v string)    { c.Set("notes", v) }
func (c *Customer) Owner() string        { return c.GetString("owner") }
func (c *Customer) SetOwner(v string)    { c.Set("owner", v) }
func (c *Customer) Active() bool         { return c.GetBool("active") }
func (c *Customer) SetActive(v bool)     { c.Set("active", v) }

// SetLocation stores where the customer is, in degrees (WGS 84).
func (c *Customer) SetLocation(lat, lon float64) {
	c.Set("location", map[string]float64{"lat": lat, "lon": lon})
}

// Contact is a person at a customer.
type Contact struct{ core.BaseRecordProxy }

// NewContact gives an unsaved contact.
func NewContact(app core.App) (*Contact, error) { return create[Contact](app, Contacts) }

func (c *Contact) Customer() string         { return c.GetString("customer") }
func (c *Contact) SetCustomer(v string)     { c.Set("customer", v) }
func (c *Contact) Name() string             { return c.GetString("name") }
func (c *Contact) SetName(v string)         { c.Set("name", v) }
func (c *Contact) Title() string            { return c.GetString("title") }
func (c *Contact) SetTitle(v string)        { c.Set("title", v) }
func (c *Contact) Email() string            { return c.GetString("email") }
func (c *Contact) SetEmail(v string)        { c.Set("email", v) }
func (c *Contact) Phone() string            { return c.GetString("phone") }
func (c *Contact) SetPhone(v string)        { c.Set("phone", v) }
func (c *Contact) Locale() string           { return c.GetString("locale") }
func (c *Contact) SetLocale(v string)       { c.Set("locale", v) }
func (c *Contact) WeChatOpenID() string     { return c.GetString("wechat_openid") }
func (c *Contact) SetWeChatOpenID(v string) { c.Set("wechat_openid", v) }
func (c *Contact) Active() bool             { return c.GetBool("active") }
func (c *Contact) SetActive(v bool)         { c.Set("active", v) }
