package notifiers

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

var created = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

func sampleEnglish() *Message {
	return &Message{
		ID: "r8h2k1m9q0x7z4a", Kind: "reminder", Channel: Email, Locale: "en", Company: "Harbour Instruments Ltd",
		To:      Recipient{Name: "Chan Tai Man", Address: "taiman.chan@example.com"},
		Subject: "Safety Protocol Review: Chiller maintenance at Kowloon Bay, tomorrow 09:30",
		Title:   "Safety Protocol Review",
		Lead:    "Chiller maintenance at Pacific Dental Clinic is tomorrow at 09:30.",
		Facts: []Fact{
			{Label: "Event", Value: "EV-2026-0147 · Chiller maintenance", URL: "https://tminus.example.com/#/events/abc123"},
			{Label: "When", Value: "Tue 3 March 2026, 09:30–12:00 (Hong Kong)"},
			{Label: "Where", Value: "12/F, Enterprise Square, 9 Sheung Yuet Road, Kowloon Bay"},
			{Label: "Contact", Value: "Ms Ho Wing Yan, +852 5555 0147", URL: "tel:+85255550147"},
			{Label: "With", Value: "Chan Tai Man, Lee Siu Ming"},
		},
		Body: `Please go through the protocol **before** you leave the office:

- [x] Permit to work signed by the building manager
- [ ] Lock-out tags and padlocks (4)
- [ ] Refrigerant leak detector, calibrated

> The plant room floor was wet at the last visit. Wear the S3 boots.

| Part | Quantity |
|:-----|--------:|
| Filter drier ` + "`DML-164`" + ` | 2 |
| Belt A-56 | 4 |

Questions: see the [site manual](https://intranet.example.com/manuals/chiller) or call the office.`,
		Action:      &Link{Label: "Open the event", URL: "https://tminus.example.com/#/events/abc123"},
		Footer:      []string{"You get this because you are assigned to this event.", "Harbour Instruments Ltd · sent by T-minus"},
		CreatedAt:   created,
		Unsubscribe: "",
	}
}

func sampleChinese() *Message {
	return &Message{
		ID: "d1g3s7t0k5m2n8p", Kind: "reminder", Channel: Email, Locale: "zh-HK", Company: "海港儀器有限公司",
		To:      Recipient{Name: "陳大文", Address: "taiman.chan@example.com"},
		Subject: "出發前檢查清單：港島電子有限公司季度檢討會，3 月 9 日 14:00",
		Title:   "出發前檢查清單",
		Lead:    "港島電子有限公司的季度檢討會將於 7 日後（3 月 9 日星期一 14:00）舉行。",
		Facts: []Fact{
			{Label: "事項", Value: "EV-2026-0152 · 季度檢討會", URL: "https://tminus.example.com/#/events/def456"},
			{Label: "時間", Value: "2026 年 3 月 9 日（一）14:00–15:30"},
			{Label: "地點", Value: "香港北角英皇道 510 號港運大廈 18 樓 1803 室"},
			{Label: "聯絡人", Value: "何詠欣小姐，+852 5555 0152", URL: "tel:+85255550152"},
			{Label: "負責同事", Value: "陳大文、李小明"},
		},
		Body: `各位同事：

**出發前請確認：**資料已齊備，並於**三天前**與客戶再次確認時間。

1. 上季服務報告（一式三份）
2. 新款打印機示範機及電源線
3. 合約續期報價單

如有查詢，請參閱[內聯網指引](https://intranet.example.com/zh/checklist)或致電辦事處。`,
		Sections: []Section{{Title: "同日其他事項", Items: []Item{
			{Title: "九龍灣冷水機保養", Detail: "09:30–12:00 · 太平洋牙科診所", URL: "https://tminus.example.com/#/events/abc123"},
			{Title: "展示新款打印機", Detail: "16:30 · 星輝食品"},
		}}},
		Action:           &Link{Label: "查看事項", URL: "https://tminus.example.com/#/events/def456"},
		Footer:           []string{"你收到此電郵，因為你是此事項的負責人。"},
		Unsubscribe:      "https://tminus.example.com/u/3f9c2b7e",
		UnsubscribeLabel: "不再接收每日摘要",
		CreatedAt:        created,
	}
}

// TestSampleMails writes sample mails to look at: go test -run SampleMails -artifacts -outputdir DIR.
func TestSampleMails(t *testing.T) {
	dir := t.ArtifactDir()
	for name, m := range map[string]*Message{"en": sampleEnglish(), "zh-HK": sampleChinese()} {
		html, text, err := Compose(m)
		if err != nil {
			t.Fatal(err)
		}
		for ext, content := range map[string]string{".html": html, ".txt": text} {
			if err := os.WriteFile(filepath.Join(dir, name+ext), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		t.Logf("%s: HTML %d bytes, text %d bytes, in %s", name, len(html), len(text), dir)
	}
}
