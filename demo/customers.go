package demo

import (
	"fmt"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// customer is a company that is visited; owner is a person's key.
type customer struct {
	key, name, address, zone, owner, notes string
	lat, lon                               float64
	contacts                               []contact
}

// contact is somebody there; its key is the customer's and a number from 1, as in "optics1".
type contact struct{ name, title, email, phone, locale string }

// Addresses that mail servers do not know; history finds that out.
const (
	refused = "s.gu@jiangwan.example"
	unknown = "jing.shen@puyuanbio.example"
)

var customers = []customer{
	{
		key: "optics", name: "Harbour Light Optics Ltd 港明光學有限公司", zone: "Asia/Hong_Kong", owner: "wing", lat: 22.3113, lon: 114.2247,
		address: "Unit 1203, Tower B, Millennium Works, 392 Kwun Tong Road, Kwun Tong, Kowloon",
		notes:   "Clean room: overshoes and hairnet at the door. Lift to 12/F needs the guard's card.",
		contacts: []contact{
			{"May Cheung 張美儀", "Laboratory Manager", "may.cheung@harbourlight.example", "+85255500201", "zh-HK"},
			{"Kelvin Ng 吳家豪", "Purchasing Officer", "kelvin.ng@harbourlight.example", "+85255500202", "en"},
		},
	},
	{
		key: "medical", name: "Lion Rock Medical Centre 獅子山醫療中心", zone: "Asia/Hong_Kong", owner: "thomas", lat: 22.3800, lon: 114.1870,
		address: "9/F, New Garden Plaza, 18 On Lai Street, Sha Tin, New Territories",
		notes:   "Deliveries by the loading bay only, before 10:00. Ask for Sister Yip.",
		contacts: []contact{
			{"Dr Helen Yip 葉慧珊", "Head of Pathology", "helen.yip@lionrockmed.example", "+85255500203", "en"},
			{"Tony Kwok 郭志強", "Biomedical Engineer", "tony.kwok@lionrockmed.example", "+85255500204", "zh-HK"},
		},
	},
	{
		key: "food", name: "Tai Po Food Laboratories 大埔食品化驗所", zone: "Asia/Hong_Kong", owner: "wing", lat: 22.4590, lon: 114.1830,
		address: "5 Dai Fu Street, Tai Po Industrial Estate, Tai Po, New Territories",
		notes:   "HOKLAS accreditation: every certificate needs the serial number of the reference weight.",
		contacts: []contact{
			{"Peter Fung 馮國華", "Quality Manager", "peter.fung@taipofood.example", "+85255500205", "zh-HK"},
		},
	},
	{
		key: "precision", name: "Pengcheng Precision Electronics 深圳鹏湾精密电子有限公司", zone: "Asia/Shanghai", owner: "li", lat: 22.5405, lon: 113.9530,
		address: "深圳市南山区科苑南路3099号 B座7层",
		notes:   "进厂须提前一天登记身份证或回乡证号码。厂区内禁止拍照。",
		contacts: []contact{
			{"王建国", "设备部经理", "jianguo.wang@pengwan.example", "+8619900000206", "zh-CN"},
			{"周敏", "采购主管", "min.zhou@pengwan.example", "+8619900000207", "zh-CN"},
		},
	},
	{
		key: "battery", name: "Longhua Battery Systems 深圳龙桦电池系统有限公司", zone: "Asia/Shanghai", owner: "li", lat: 22.6569, lon: 114.0189,
		address: "深圳市龙华区观澜大道118号 2号厂房",
		notes:   "Dry room below 1% humidity: no liquids, no paper. 穿防静电服。",
		contacts: []contact{
			{"刘洋", "实验室主任", "yang.liu@longhuabat.example", "+8619900000208", "zh-CN"},
		},
	},
	{
		key: "bio", name: "Puyuan Biosciences 上海浦源生物科技有限公司", zone: "Asia/Shanghai", owner: "li", lat: 31.2037, lon: 121.5900,
		address: "上海市浦东新区蔡伦路781号 4幢302室",
		notes:   "GMP area: calibration only between batches, agree the window with 沈静 a week ahead.",
		contacts: []contact{
			{"沈静", "验证工程师", unknown, "+8619900000209", "zh-CN"},
			{"Daniel Roth", "Director of Operations", "daniel.roth@puyuanbio.example", "+8619900000210", "en"},
		},
	},
	{
		key: "museum", name: "Jiangwan Conservation Studio 上海江湾文物修复工作室", zone: "Asia/Shanghai", owner: "wing", lat: 31.3050, lon: 121.5150,
		address: "上海市杨浦区国权北路1688弄 11号楼",
		notes:   "Objects under examination must not be moved: bring the portable XRF.",
		contacts: []contact{
			{"顾思源", "首席修复师", refused, "+8619900000211", "zh-CN"},
		},
	},
	{
		key: "water", name: "Lotus Bay Water Services 蓮灣水務（澳門）", zone: "Asia/Macau", owner: "thomas", lat: 22.1900, lon: 113.5430,
		address: "Avenida do Doutor Rodrigo Rodrigues, Edifício Lótus, 6.º andar, Macau",
		notes:   "Ferry from Sheung Wan, 55 minutes. Equipment over HKD 10,000 needs a temporary import form.",
		contacts: []contact{
			{"Isabel Sequeira", "Laboratory Supervisor", "isabel.sequeira@lotusbay.example", "+85366000212", "en"},
			{"梁志文", "Plant Engineer", "chiman.leong@lotusbay.example", "+85366000213", "zh-HK"},
		},
	},
}

func (f *filling) fillCustomers() error {
	return f.app.RunInTransaction(func(tx core.App) error {
		for _, c := range customers {
			if err := f.addCustomer(tx, c); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
		return nil
	})
}

func (f *filling) addCustomer(tx core.App, c customer) error {
	record, err := collections.NewCustomer(tx)
	if err != nil {
		return err
	}
	record.SetName(c.name)
	record.SetAddress(c.address)
	record.SetLocation(c.lat, c.lon)
	record.SetTimezone(c.zone)
	record.SetNotes(c.notes)
	record.SetOwner(f.users[c.owner].Id)
	record.SetActive(true)
	if err := tx.Save(record); err != nil {
		return err
	}
	f.customers[c.key] = record
	for i, p := range c.contacts {
		contact, err := collections.NewContact(tx)
		if err != nil {
			return err
		}
		contact.SetCustomer(record.Id)
		contact.SetName(p.name)
		contact.SetTitle(p.title)
		contact.SetEmail(p.email)
		contact.SetPhone(p.phone)
		contact.SetLocale(p.locale)
		contact.SetActive(true)
		if err := tx.Save(contact); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		f.contacts[fmt.Sprintf("%s%d", c.key, i+1)] = contact
	}
	return nil
}
