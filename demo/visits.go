package demo

import (
	"time"

	"tminus/collections"
)

// visit is an event of the story. Its start is day and at, on clocks in Hong Kong, or in from now.
type visit struct {
	key                    string // of those that the story comes back to
	day                    int    // from today; a weekend gives way to the nearest weekday away from today, unless pinned
	at                     string
	in                     time.Duration
	pinned                 bool
	hours                  float64
	kind, title, where     string // where is the customer's address unless given
	customer, contact      string
	plan                   string // key of the plan that it chooses
	lead, team             string // keys of people; team is separated by spaces
	by                     string // who entered it, the lead unless given
	ahead                  int    // days before the start that it was entered, 24 unless given
	status                 string // in the end, or at present
	about                  string
	cancelled, rescheduled int // days before the start that it was cancelled; days by which it was put off
}

const (
	planned    = collections.EventPlanned
	confirmed  = collections.EventConfirmed
	inProgress = collections.EventInProgress
	completed  = collections.EventCompleted
	cancelled  = collections.EventCancelled
)

// visits tell three months, about from the first to the last.
var visits = []visit{
	{
		day: -30, at: "10:00", hours: 3, kind: "maintenance", title: "Annual service: UV-2 and UV-3 spectrophotometers",
		customer: "optics", contact: "optics1", lead: "wing", team: "thomas", status: completed,
		about: "Lamp hours: UV-2 1,840 h, UV-3 2,210 h. Take two deuterium lamps and the wavelength standard.",
	},
	{
		day: -29, at: "14:30", hours: 1.5, kind: "customer_visit", title: "病理部新顯微鏡需求訪談",
		customer: "medical", contact: "medical1", lead: "wing", by: "raymond", status: completed,
		about: "預算約港幣 62 萬，須於本財政年度內落單。",
	},
	{
		day: -27, at: "09:30", hours: 6, kind: "installation", title: "三坐标测量机安装与验收",
		customer: "precision", contact: "precision1", plan: mainland, lead: "li", team: "thomas", status: completed,
		about: "地基水平已由客户确认。验收按 ISO 10360-2。",
	},
	{
		day: -26, at: "11:00", hours: 1, kind: "meeting", title: "Quarterly review with Purchasing", where: "Video call",
		customer: "optics", contact: "optics2", lead: "raymond", status: completed,
		about: "Open invoices, service contract renewal, lead times for gratings.",
	},
	{
		day: -24, at: "10:00", hours: 4, kind: "maintenance", title: "天秤年度校準（六台）",
		customer: "food", contact: "food1", lead: "wing", status: completed,
		about: "E2 級砝碼編號須寫入每張證書。",
	},
	{
		day: -22, at: "13:30", hours: 3, kind: "training", title: "Operator training: portable XRF",
		customer: "water", contact: "water1", lead: "thomas", status: completed,
		about: "Six participants. Radiation safety first, hands-on second.",
	},
	{
		day: -20, at: "09:00", hours: 8, kind: "installation", title: "Dry-room dew point monitoring, line 1",
		customer: "battery", contact: "battery1", plan: mainland, lead: "li", team: "wing", status: completed,
		about: "Sensors are in crate 3. 进入干燥房前须更衣。",
	},
	{
		day: -19, at: "15:00", hours: 1, kind: "customer_visit", title: "Follow-up on the microscope offer",
		customer: "medical", contact: "medical2", lead: "thomas", status: cancelled, cancelled: 2,
		about: "Postponed by the customer until the budget is approved.",
	},
	{
		day: -18, at: "10:30", hours: 2, kind: "customer_visit", title: "验证方案讨论：冻干机温度分布",
		customer: "bio", contact: "bio1", plan: mainland, lead: "li", status: completed,
		about: "携带 12 支无线温度探头样品。",
	},
	{
		key: "typhoon", day: -12, at: "10:00", pinned: true, hours: 5, kind: "installation", title: "Pump station flow meters, phase 1",
		customer: "water", contact: "water2", lead: "thomas", team: "li wing", status: completed,
		about: "The week of the typhoon: our server was without power for two days.",
	},
	{
		day: -14, at: "16:00", pinned: true, hours: 2, kind: "maintenance", title: "水質分析儀保養",
		customer: "food", contact: "food1", lead: "wing", status: completed,
		about: "更換蠕動泵管及 pH 電極。",
	},
	{
		day: -11, at: "14:00", hours: 2, kind: "customer_visit", title: "Site survey for the new pathology wing",
		customer: "medical", contact: "medical1", lead: "thomas", team: "meiling", status: completed,
		about: "Measure door widths on 9/F. Photographs are allowed in the corridor only.",
	},
	{
		key: "refused", day: -9, at: "10:00", hours: 4, kind: "training", title: "便携式荧光光谱仪操作培训",
		customer: "museum", contact: "museum1", lead: "wing", team: "li", status: completed,
		about: "以青铜残片作示范。仪器须在前一天充满电。",
	},
	{
		day: -8, at: "09:30", hours: 3, kind: "maintenance", title: "三坐标测量机首次保养",
		customer: "precision", contact: "precision2", plan: mainland, lead: "li", status: completed,
		about: "检查气浮轴承，清洁导轨。",
	},
	{
		day: -7, at: "11:00", hours: 1, kind: "other", title: "Return of loan microscope ML-118",
		customer: "optics", contact: "optics1", lead: "thomas", status: cancelled, cancelled: 3,
		about: "The customer keeps it: see the purchase order.",
	},
	{
		key: "fair", day: -6, at: "09:30", pinned: true, hours: 8, kind: "exhibition", title: "HK Laboratory & Testing Fair, booth 3D-24", where: "Hong Kong Convention and Exhibition Centre, 1 Expo Drive, Wan Chai",
		customer: "optics", contact: "optics2", lead: "raymond", team: "meiling", by: "grace", ahead: 40, status: completed,
		about: "Two demo units, 300 leaflets in each language. Passes are at the organiser's desk, Hall 3.",
	},
	{
		key: "again", day: -4, at: "10:00", hours: 3, kind: "training", title: "荧光光谱仪进阶培训：数据解释",
		customer: "museum", contact: "museum1", lead: "wing", ahead: 3, status: completed,
		about: "上次培训的学员继续参加。",
	},
	{
		key: "unreachable", day: -3, at: "15:30", pinned: true, hours: 1.5, kind: "customer_visit", title: "Complaint: drift of the dew point sensor",
		customer: "battery", contact: "battery1", lead: "li", team: "raymond", ahead: 6, status: completed,
		about: "Sensor 7 reads 4 °C high since Monday. Bring the reference hygrometer.",
	},
	{
		key: "unfinished", day: -2, at: "09:00", hours: 6, kind: "maintenance", title: "Overhaul of the autosampler",
		customer: "bio", contact: "bio2", plan: mainland, lead: "li", team: "thomas", status: inProgress,
		about: "A needle guide is missing and comes by courier; the visit was not closed yet.",
	},
	{
		key: "unstarted", day: -1, at: "16:00", hours: 1, kind: "meeting", title: "續約會議：年度維修合約",
		customer: "food", contact: "food1", lead: "wing", status: confirmed,
		about: "客戶希望加入緊急維修服務。",
	},
	{
		key: "running", in: -90 * time.Minute, hours: 4, kind: "maintenance", title: "Interferometer alignment",
		customer: "optics", contact: "optics1", lead: "wing", team: "thomas", status: inProgress,
		about: "Vibration table must stay off until the alignment is done.",
	},
	{
		key: "near1", in: 3 * time.Hour, hours: 2, kind: "customer_visit", title: "Demonstration: digital pathology scanner",
		customer: "medical", contact: "medical1", lead: "thomas", team: "wing", status: confirmed,
		about: "Two sample slides per person, anonymised. Dr Yip has 45 minutes.",
	},
	{
		key: "near2", day: 1, at: "10:00", pinned: true, hours: 3, kind: "maintenance", title: "在线测量系统紧急维护",
		customer: "precision", contact: "precision1", plan: mainland, lead: "li", team: "wing", ahead: 8, status: confirmed,
		about: "产线已停机，维护完成后方可复产。",
	},
	{
		key: "near3", day: 1, at: "14:30", pinned: true, hours: 1.5, kind: "customer_visit", title: "食安檢測方案介紹",
		customer: "food", contact: "food1", lead: "wing", team: "raymond", status: planned,
		about: "帶備三款快速檢測套裝及價目表。",
	},
	{
		key: "near4", day: 2, at: "11:00", pinned: true, hours: 5, kind: "installation", title: "Pump station flow meters, phase 2",
		customer: "water", contact: "water1", lead: "thomas", team: "li", status: confirmed,
		about: "Import form is with Macau customs. The 07:30 ferry leaves from Sheung Wan.",
	},
	{
		key: "near5", day: 3, at: "09:30", pinned: true, hours: 6, kind: "installation", title: "干燥房露点监测二期安装",
		customer: "battery", contact: "battery1", plan: mainland, lead: "li", team: "wing thomas", status: confirmed,
		about: "二期共 14 个测点，线缆由客户预埋。",
	},
	{
		key: "retry", day: 4, at: "10:00", hours: 2, kind: "customer_visit", title: "Requirements for the clean-room particle counter",
		customer: "bio", contact: "bio1", plan: mainland, lead: "li", status: planned,
		about: "ISO 14644-1, class 5. Ask for the floor plan.",
	},
	{
		key: "edited", day: 6, at: "10:30", hours: 4, kind: "maintenance", title: "Half-year service: two centrifuges",
		customer: "medical", contact: "medical2", lead: "thomas", status: confirmed,
		about: "Rotor inspection certificates expire at the end of the month.",
	},
	{
		key: "analytica", day: 7, at: "09:00", pinned: true, hours: 8, kind: "exhibition", title: "Analytica China 展会", where: "上海新国际博览中心 N2 馆 2318",
		customer: "bio", contact: "bio2", lead: "li", team: "raymond wing", by: "raymond", ahead: 45, status: confirmed,
		about: "展台 18 平方米，现场演示荧光光谱仪。",
	},
	{
		key: "byhand", day: 9, at: "14:00", hours: 2, kind: "customer_visit", title: "Contract talk: service level for 24 instruments",
		customer: "optics", contact: "optics2", lead: "raymond", team: "wing", status: planned,
		about: "Their counsel joins. Print the draft, two copies.",
	},
	{
		day: 10, at: "10:00", hours: 4, kind: "training", title: "修复师培训：安全使用 X 射线设备",
		customer: "museum", contact: "museum1", lead: "wing", team: "li", status: confirmed,
		about: "需要剂量徽章八枚。",
	},
	{
		key: "moved", day: 12, at: "09:30", hours: 3, kind: "maintenance", title: "天秤檢查及水平調校",
		customer: "food", contact: "food1", lead: "wing", status: confirmed, rescheduled: 2,
		about: "客戶實驗室搬遷後重新調校。",
	},
	{
		day: 13, at: "15:00", hours: 1, kind: "meeting", title: "Project kick-off: water quality network", where: "Victoria Peak Instruments, 21/F, 88 Connaught Road West",
		customer: "water", contact: "water1", lead: "raymond", team: "thomas meiling", status: planned,
		about: "Scope, milestones, who signs what.",
	},
	{
		day: 15, at: "10:00", hours: 6, kind: "installation", title: "Microscope with camera, room 904",
		customer: "medical", contact: "medical1", lead: "thomas", team: "wing", status: planned,
		about: "Only if the purchase order is in by Friday.",
	},
	{
		day: 17, at: "13:30", hours: 2, kind: "customer_visit", title: "三坐标测量机升级方案",
		customer: "precision", contact: "precision2", plan: mainland, lead: "li", status: planned,
		about: "对比两种测头方案的节拍。",
	},
	{
		day: 20, at: "09:30", hours: 7, kind: "training", title: "Dew point monitoring for shift leaders",
		customer: "battery", contact: "battery1", lead: "li", team: "thomas", status: planned,
		about: "Two groups, Mandarin; slides in Simplified Chinese.",
	},
	{
		day: 22, at: "11:00", hours: 2, kind: "customer_visit", title: "Reference visit with a prospect",
		customer: "optics", contact: "optics1", lead: "raymond", ahead: 50, status: cancelled, cancelled: 30,
		about: "The prospect chose another date; a new event follows.",
	},
	{
		day: 26, at: "10:00", hours: 4, kind: "maintenance", title: "年度維護：離子色譜儀",
		customer: "food", contact: "food1", lead: "wing", ahead: 30, status: planned,
		about: "抑制器使用已滿兩年，建議更換。",
	},
	{
		day: 33, at: "14:00", hours: 3, kind: "customer_visit", title: "Object examination: bronze vessel",
		customer: "museum", contact: "museum1", lead: "wing", team: "thomas", ahead: 40, status: planned,
		about: "Loan from a private collection: no flash, gloves at all times.",
	},
	{
		day: 41, at: "09:00", hours: 8, kind: "installation", title: "Temperature mapping of freeze dryer FD-3",
		customer: "bio", contact: "bio1", plan: mainland, lead: "li", team: "wing", ahead: 55, status: planned,
		about: "Needs the batch-free window agreed with 沈静.",
	},
	{
		day: 48, at: "10:00", pinned: true, hours: 8, kind: "exhibition", title: "Macao International Water Week", where: "The Venetian Macao, Cotai Expo Hall B",
		customer: "water", contact: "water2", lead: "thomas", team: "raymond", by: "grace", ahead: 60, status: planned,
		about: "Shared booth with the distributor.",
	},
	{
		day: 55, at: "10:00", hours: 3, kind: "maintenance", title: "Second service: UV-2 and UV-3",
		customer: "optics", contact: "optics1", lead: "wing", ahead: 70, status: planned,
		about: "Half a year after the last one.",
	},
	{
		day: 60, at: "15:00", hours: 1.5, kind: "meeting", title: "年度总结与明年校准计划",
		customer: "precision", contact: "precision1", lead: "li", team: "raymond", ahead: 75, status: planned,
		about: "带上全年校准证书清单。",
	},
}

// start gives when the visit begins.
func (v visit) start(now time.Time, zone *time.Location) time.Time {
	if v.in != 0 {
		return workingHour(now.Add(v.in).Truncate(15*time.Minute).In(zone), now)
	}
	clock, err := time.Parse("15:04", v.at)
	if err != nil {
		panic(err) // the table is wrong
	}
	y, m, d := now.In(zone).Date()
	day := time.Date(y, m, d+v.day, clock.Hour(), clock.Minute(), 0, 0, zone)
	away := 1
	if v.day < 0 {
		away = -1
	}
	for !v.pinned && (day.Weekday() == time.Saturday || day.Weekday() == time.Sunday) {
		day = day.AddDate(0, 0, away)
	}
	return day
}

// workingHour puts a start that is ahead and at night off to the next morning.
func workingHour(start, now time.Time) time.Time {
	y, m, d := start.Date()
	switch {
	case !start.After(now) || (start.Hour() >= 8 && start.Hour() < 19):
		return start
	case start.Hour() >= 19:
		d++
	}
	return time.Date(y, m, d, 8, 30, 0, 0, start.Location())
}

func (v visit) length() time.Duration { return time.Duration(v.hours * float64(time.Hour)) }
