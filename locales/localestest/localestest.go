// Package localestest tells whether a Chinese text is written for its readers, for the tests of those who have such
// texts.
package localestest

import (
	"slices"
	"strings"

	"tminus/locales"
)

// Foreign gives what in text belongs to the readers of the other Chinese language, each once: Simplified characters and
// mainland words in zh-HK, Traditional characters and Hong Kong words in zh-CN. Other languages may hold anything. It
// knows the common characters that are written differently; those that both write (后, 里, 准, 面 …) it cannot judge.
func Foreign(locale, text string) []string {
	var characters string
	var words []string
	switch locale {
	case locales.ZhHK:
		characters, words = simplified, mainlandWords
	case locales.ZhCN:
		characters, words = traditional, hongKongWords
	}
	var found []string
	for _, r := range text {
		if s := string(r); strings.ContainsRune(characters, r) && !slices.Contains(found, s) {
			found = append(found, s)
		}
	}
	for _, word := range words {
		if strings.Contains(text, word) {
			found = append(found, word)
		}
	}
	return found
}

// mainlandWords in Traditional characters are what conversion by machine leaves behind.
var mainlandWords = []string{"郵件", "郵箱", "短信", "消息", "模板", "聯繫", "默認", "屏幕", "鏈接", "登錄", "賬號", "質量", "今天", "明天"}

var hongKongWords = []string{"电邮", "讯息", "短讯", "范本", "联络", "预设", "萤幕", "连结", "登入", "帐户", "今日", "明日"}

// simplified and traditional hold the same characters in the same places.
const simplified = "" +
	"与专业东丢两严个临为举义乐习乡书买争于产亲亿仅从仓仪们价众优会传伤伦体债偿儿兰关兴养内写农决况净凉减击划则创删别办务动劳" +
	"区医华协单卖厂厅县参双发变叶号听启员响团园围国图圆场坏块坚坠声壳处备复头奖妇学宁宝实审宾对导将尔层属岁岗币师带帮并广庆库" +
	"应废开异张弹归当录态户执扩扫扰护报担拨择挂挥损换摄数断无旧时显晕暂术机权条来极构标栏样桥检楼欢气汇汉没洁测济浏涨温湾湿" +
	"满灭灯灾点烟烧热状环现电画疗监盘矶码确礼离种积称稳竞笔签简类紧红约级纪纳纸纽线练组细终绍经绑结给络绝统继续绳维缆编缩网罗" +
	"职联脑脸舱艺节药获营虑补装见规览觉触计订认训议讯记讲许论设访证评识诉试话询该详语说请诺诿谁调谈谢负贡财责败账货购贴贵贷贸" +
	"费贿赂资赞赢赶跃车轨转轮软轻辅辆输达迁过运还这进远违连迟适选递逻遗邮释钟钥钩钮钱铁链销锁锂锋错键镜长门闭问闲间闻阅队阴阶" +
	"际陆险随隐难顶项顺须顾预领颌频题颜额风飞饭饮馆马驱驶驾验骚骤鱼鸡黄齐龙"

const traditional = "" +
	"與專業東丟兩嚴個臨為舉義樂習鄉書買爭於產親億僅從倉儀們價眾優會傳傷倫體債償兒蘭關興養內寫農決況淨涼減擊劃則創刪別辦務動勞" +
	"區醫華協單賣廠廳縣參雙發變葉號聽啟員響團園圍國圖圓場壞塊堅墜聲殼處備復頭獎婦學寧寶實審賓對導將爾層屬歲崗幣師帶幫並廣慶庫" +
	"應廢開異張彈歸當錄態戶執擴掃擾護報擔撥擇掛揮損換攝數斷無舊時顯暈暫術機權條來極構標欄樣橋檢樓歡氣匯漢沒潔測濟瀏漲溫灣濕" +
	"滿滅燈災點煙燒熱狀環現電畫療監盤磯碼確禮離種積稱穩競筆籤簡類緊紅約級紀納紙紐線練組細終紹經綁結給絡絕統繼續繩維纜編縮網羅" +
	"職聯腦臉艙藝節藥獲營慮補裝見規覽覺觸計訂認訓議訊記講許論設訪證評識訴試話詢該詳語說請諾諉誰調談謝負貢財責敗賬貨購貼貴貸貿" +
	"費賄賂資贊贏趕躍車軌轉輪軟輕輔輛輸達遷過運還這進遠違連遲適選遞邏遺郵釋鐘鑰鈎鈕錢鐵鏈銷鎖鋰鋒錯鍵鏡長門閉問閒間聞閱隊陰階" +
	"際陸險隨隱難頂項順須顧預領頜頻題顏額風飛飯飲館馬驅駛駕驗騷驟魚雞黃齊龍"
