package demo

import (
	"crypto/rand"
	"fmt"
	"math/big"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

const (
	companyName = "Victoria Peak Instruments 山頂儀器"
	// domain is reserved by RFC 2606: no mail can reach it.
	domain = "@victoriapeak.example"
)

// person is a member of staff. A phone number, a WeChat account and wishes may be missing.
type person struct {
	key, name, role, email, locale, phone, zone, manager, openid string
	wishes                                                       collections.Preferences
}

// people stand in an order in which everybody's manager comes first.
var people = []person{
	{
		key: "grace", name: "Grace Lam 林嘉欣", role: collections.RoleAdmin, email: "grace.lam", locale: "en",
		phone: "+85255500101", wishes: collections.Preferences{Digest: true},
	},
	{
		key: "raymond", name: "Raymond Chan 陳偉明", role: collections.RoleManager, email: "raymond.chan", locale: "zh-HK",
		phone: "+85255500102", manager: "grace", wishes: collections.Preferences{Digest: true},
	},
	{
		key: "wing", name: "Wing Wong 黃詠詩", role: collections.RoleStaff, email: "wing.wong", locale: "zh-HK",
		phone: "+85255500103", manager: "raymond",
	},
	{
		key: "li", name: "李晓明 Li Xiaoming", role: collections.RoleStaff, email: "xiaoming.li", locale: "zh-CN",
		phone: "+8619900000104", zone: "Asia/Shanghai", manager: "raymond", openid: "oVPI-demo-lixiaoming-0104",
	},
	{
		key: "thomas", name: "Thomas Bennett", role: collections.RoleStaff, email: "thomas.bennett", locale: "en",
		phone: "+85255500105", manager: "raymond",
		wishes: collections.Preferences{QuietHours: &collections.QuietHours{From: "21:30", To: "07:30"}},
	},
	{
		// Without a phone number, so that there is somebody whom an SMS cannot reach.
		key: "meiling", name: "Ho Mei-ling 何美玲", role: collections.RoleViewer, email: "meiling.ho", locale: "zh-HK", manager: "raymond",
	},
}

func (f *filling) fillCompany() error {
	return f.app.RunInTransaction(func(tx core.App) error {
		settings, err := collections.TheSettings(tx)
		if err != nil {
			return fmt.Errorf("read the settings: %w", err)
		}
		settings.SetCompanyName(companyName)
		settings.SetTimezone(f.zone.String())
		settings.SetLanguage("en")
		if err := tx.Save(settings); err != nil {
			return err
		}
		own, err := tx.Settings().Clone()
		if err != nil {
			return err
		}
		own.Meta.AppURL, own.Meta.AppName = f.o.URL, companyName
		own.Meta.SenderName, own.Meta.SenderAddress = companyName, "reminders"+domain
		return tx.Save(own)
	})
}

func (f *filling) fillPeople() error {
	return f.app.RunInTransaction(func(tx core.App) error {
		for _, p := range people {
			password := newPassword()
			u, err := f.newUser(tx, p, password)
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			f.users[p.key] = u
			f.logins.People = append(f.logins.People, Login{Role: p.role, Name: p.name, Email: u.Email(), Password: password, Locale: p.locale})
		}
		return f.addSuperuser(tx)
	})
}

func (f *filling) newUser(tx core.App, p person, password string) (*collections.User, error) {
	u, err := collections.NewUser(tx)
	if err != nil {
		return nil, err
	}
	u.SetName(p.name)
	u.SetEmail(p.email + domain)
	u.SetPassword(password)
	u.SetVerified(true)
	u.SetRole(p.role)
	u.SetActive(true)
	u.SetLocale(p.locale)
	u.SetPhone(p.phone)
	u.SetTimezone(p.zone)
	u.SetWeChatOpenID(p.openid)
	u.SetPreferences(p.wishes)
	if p.manager != "" {
		u.SetManager(f.users[p.manager].Id)
	}
	return u, tx.Save(u)
}

func (f *filling) addSuperuser(tx core.App) error {
	c, err := tx.FindCachedCollectionByNameOrId(core.CollectionNameSuperusers)
	if err != nil {
		return err
	}
	login := Login{Role: "superuser", Email: "dashboard" + domain, Password: newPassword()}
	superuser := core.NewRecord(c)
	superuser.SetEmail(login.Email)
	superuser.SetPassword(login.Password)
	f.logins.Superuser = login
	return tx.Save(superuser)
}

// words are short, distinct when read aloud, and on everybody's keyboard.
var words = []string{
	"amber", "bamboo", "canal", "cedar", "cliff", "cobalt", "coral", "cotton", "ferry", "garden", "ginger", "harbour",
	"island", "ivory", "jade", "jasmine", "kite", "lantern", "lemon", "lotus", "maple", "marble", "melon", "mirror",
	"ocean", "orchid", "paper", "pearl", "pebble", "pepper", "pine", "plum", "porcelain", "river", "saffron", "silk",
	"silver", "spring", "summit", "tea", "temple", "thunder", "tiger", "tram", "valley", "velvet", "willow", "winter",
}

// newPassword is easy to read from a console and to type on a phone. It guards an instance that lives for an hour.
func newPassword() string {
	return fmt.Sprintf("%s-%s-%04d", words[draw(len(words))], words[draw(len(words))], draw(10000))
}

func draw(n int) int {
	i, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	return int(i.Int64())
}
