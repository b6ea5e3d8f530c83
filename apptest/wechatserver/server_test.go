package wechatserver

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

var start = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

type testClock struct {
	mu sync.Mutex
	at time.Time
}

func (c *testClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *testClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func startAt(t *testing.T, opts ...Option) (*Server, *testClock) {
	t.Helper()
	clock := &testClock{at: start}
	return Start(t, append([]Option{WithClock(clock.now)}, opts...)...), clock
}

// ask makes a request and gives the answer.
func ask(t *testing.T, s *Server, method, path string, query url.Values, body any) map[string]any {
	t.Helper()
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if raw, is := body.(string); is {
		b.WriteString(raw)
	} else if err := encoder.Encode(body); err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path+"?"+query.Encode(), &b)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer := map[string]any{}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v", path, resp.StatusCode, err)
	}
	return answer
}

func code(answer map[string]any) int {
	n, _ := answer["errcode"].(float64)
	return int(n)
}

func stable(t *testing.T, s *Server, force bool) (token string, left float64, errcode int) {
	t.Helper()
	answer := ask(t, s, http.MethodPost, "/cgi-bin/stable_token", nil, map[string]any{
		"grant_type": "client_credential", "appid": AppID, "secret": AppSecret, "force_refresh": force,
	})
	token, _ = answer["access_token"].(string)
	left, _ = answer["expires_in"].(float64)
	return token, left, code(answer)
}

func works(t *testing.T, s *Server, token string) int {
	t.Helper()
	return code(ask(t, s, http.MethodGet, "/cgi-bin/getcallbackip", url.Values{"access_token": {token}}, nil))
}

func TestStableToken_IsTheSameUntilItsEndIsNear(t *testing.T) {
	t.Parallel()
	s, clock := startAt(t)
	first, left, _ := stable(t, s, false)
	clock.advance(time.Hour)
	if again, left, _ := stable(t, s, false); again != first || left != 3600 {
		t.Errorf("an hour later: %q with %v s, want %q with 3600", again, left, first)
	}
	clock.advance(55 * time.Minute)
	second, leftOfSecond, _ := stable(t, s, false)
	if second == first || left != 7200 || leftOfSecond != 7200 || works(t, s, first) != 0 || works(t, s, second) != 0 {
		t.Errorf("5 minutes before the end: the same %t, both must live", second == first)
	}
	clock.advance(5 * time.Minute)
	if got := works(t, s, first); got != 42001 {
		t.Errorf("the first one after its end: %d, want 42001", got)
	}
	third, _, _ := stable(t, s, true)
	if third == second || works(t, s, second) != 40001 || works(t, s, third) != 0 {
		t.Error("a forced renewal must kill the old one at once")
	}
	if _, _, errcode := stable(t, s, true); errcode != 45011 || s.Forced() != 1 {
		t.Errorf("forced again at once: %d, %d granted", errcode, s.Forced())
	}
}

func TestTokens_AreChecked(t *testing.T) {
	t.Parallel()
	s, _ := startAt(t)
	token, _, _ := stable(t, s, false)
	if works(t, s, "") != 41001 || works(t, s, "made up") != 40001 || works(t, s, token) != 0 {
		t.Error("a token that is missing, made up, or right")
	}
	s.RevokeUntilForced()
	same, _, _ := stable(t, s, false)
	if same != token || works(t, s, token) != 40001 {
		t.Error("a stale token that is still given")
	}
	s.Revoke()
	if other, _, _ := stable(t, s, false); other == token || works(t, s, other) != 0 {
		t.Error("after a revocation the next token is another")
	}
	for name, body := range map[string]map[string]any{
		"40013": {"grant_type": "client_credential", "appid": "wxother", "secret": AppSecret},
		"40125": {"grant_type": "client_credential", "appid": AppID, "secret": "other"},
		"40002": {"grant_type": "other", "appid": AppID, "secret": AppSecret},
	} {
		if got := code(ask(t, s, http.MethodPost, "/cgi-bin/stable_token", nil, body)); fmt.Sprint(got) != name {
			t.Errorf("got %d, want %s", got, name)
		}
	}
	classic := func() string {
		q := url.Values{"grant_type": {"client_credential"}, "appid": {AppID}, "secret": {AppSecret}}
		return ask(t, s, http.MethodGet, "/cgi-bin/token", q, nil)["access_token"].(string)
	}
	if a, b := classic(), classic(); a == b || works(t, s, a) != 0 || works(t, s, b) != 0 {
		t.Error("the old API gives another token each time, and both live for a while")
	}
}

func good() map[string]string {
	return map[string]string{"thing1": "客户", "thing2": "检查", "time3": "2026年3月9日 14:00", "thing4": "北角", "character_string5": "EV-1"}
}

func template1(openID, id string, data map[string]string) map[string]any {
	values := map[string]any{}
	for key, value := range data {
		values[key] = map[string]string{"value": value}
	}
	return map[string]any{"touser": openID, "template_id": TemplateID, "url": "https://x/?a&b", "client_msg_id": id, "data": values}
}

func TestSend_HoldsTheRules(t *testing.T) {
	t.Parallel()
	s, _ := startAt(t)
	token, _, _ := stable(t, s, false)
	send := func(body any) map[string]any {
		return ask(t, s, http.MethodPost, "/cgi-bin/message/template/send", url.Values{"access_token": {token}}, body)
	}
	for name, tc := range map[string]struct {
		change func(map[string]string)
		want   string
	}{
		"long thing":  {func(d map[string]string) { d["thing1"] = strings.Repeat("长", 21) }, "data.thing1.value"},
		"emoji count": {func(d map[string]string) { d["thing1"] = strings.Repeat("👍", 11) }, "data.thing1.value"},
		"newline":     {func(d map[string]string) { d["thing2"] = "a\nb" }, "data.thing2.value"},
		"empty":       {func(d map[string]string) { d["thing4"] = " " }, "data.thing4.value"},
		"no time":     {func(d map[string]string) { d["time3"] = "tomorrow" }, "data.time3.value"},
		"no string":   {func(d map[string]string) { d["character_string5"] = "编号" }, "data.character_string5.value"},
		"unknown key": {func(d map[string]string) { d["thing9"] = "x" }, "data.thing9.value"},
		"missing key": {func(d map[string]string) { delete(d, "thing2") }, "data.thing2.value"},
	} {
		data := good()
		tc.change(data)
		answer := send(template1("o1", "id", data))
		if msg, _ := answer["errmsg"].(string); code(answer) != 47003 || !strings.Contains(msg, tc.want) {
			t.Errorf("%s: %v", name, answer)
		}
	}
	for want, change := range map[int]func(map[string]any){
		40003: func(b map[string]any) { b["touser"] = "a@b" },
		40037: func(b map[string]any) { b["template_id"] = "other" },
		40165: func(b map[string]any) { b["miniprogram"] = map[string]string{"appid": "", "pagepath": ""} },
		47003: func(b map[string]any) { b["client_msg_id"] = strings.Repeat("x", 33) },
	} {
		body := template1("o1", "id", good())
		change(body)
		if got := code(send(body)); got != want {
			t.Errorf("got %d, want %d", got, want)
		}
	}
	escaped, _ := json.Marshal(template1("o1", "id", good()))
	for name, body := range map[string]string{"no JSON": "x", "JSON made for HTML": string(escaped)} {
		if got := code(send(body)); got != 47001 {
			t.Errorf("%s: %d", name, got)
		}
	}
	if n := len(s.Messages()); n != 0 {
		t.Errorf("%d messages, want 0", n)
	}
	if answer := send(template1("o1", "id", good())); code(answer) != 0 || answer["msgid"] == nil || len(s.Messages()) != 1 {
		t.Errorf("a good one: %v", answer)
	}
}

func TestSend_OneMessageForOneIDWithinTenMinutes(t *testing.T) {
	t.Parallel()
	s, clock := startAt(t)
	token, _, _ := stable(t, s, false)
	send := func(openID, id string) (int, any) {
		answer := ask(t, s, http.MethodPost, "/cgi-bin/message/template/send", url.Values{"access_token": {token}}, template1(openID, id, good()))
		return code(answer), answer["msgid"]
	}
	_, first := send("o1", "id")
	if errcode, _ := send("o1", "id"); errcode != 40241 {
		t.Errorf("at once: %d, want 40241", errcode)
	}
	clock.advance(5 * time.Minute)
	if errcode, again := send("o1", "id"); errcode != 0 || again != first {
		t.Errorf("5 minutes later: %d, msgid %v, want 0, %v", errcode, again, first)
	}
	if errcode, _ := send("o2", "id"); errcode != 0 || len(s.Messages()) != 2 {
		t.Errorf("another reader: %d, %d messages", errcode, len(s.Messages()))
	}
	clock.advance(5 * time.Minute)
	if errcode, again := send("o1", "id"); errcode != 0 || again == first || len(s.ByClientMsgID()["id"]) != 3 {
		t.Errorf("10 minutes later: %d, msgid %v, %d messages", errcode, again, len(s.Messages()))
	}
	if _, a := send("o3", ""); a == nil {
		t.Error("without an id")
	}
	if _, b := send("o3", ""); b == nil || len(s.MessagesTo("o3")) != 2 {
		t.Error("without an id every message is another")
	}
	s.SetFollowing("o1", false)
	if errcode, _ := send("o1", "next"); errcode != 43004 {
		t.Errorf("who left: %d", errcode)
	}
}

func TestSubscription_NeedsAgreement(t *testing.T) {
	t.Parallel()
	s, _ := startAt(t)
	token, _, _ := stable(t, s, false)
	body := map[string]any{"touser": "o1", "template_id": SubscriptionID, "page": "https://x/", "data": map[string]any{
		"thing1": map[string]string{"value": "a"}, "date2": map[string]string{"value": "2026年3月9日"},
		"name3": map[string]string{"value": "陈大文"}, "phrase4": map[string]string{"value": "会议"},
	}}
	send := func() map[string]any {
		return ask(t, s, http.MethodPost, "/cgi-bin/message/subscribe/bizsend", url.Values{"access_token": {token}}, body)
	}
	if got := code(send()); got != 43101 {
		t.Errorf("nobody agreed: %d", got)
	}
	s.Grant("o1", SubscriptionID, 1)
	if answer := send(); code(answer) != 0 || answer["msgid"] != nil || code(send()) != 43101 || len(s.Messages()) != 1 {
		t.Errorf("one agreement, two sends: %v, %d messages", answer, len(s.Messages()))
	}
	body["page"] = "index"
	if got := code(send()); got != 41030 {
		t.Errorf("a page that is none: %d", got)
	}
}

func TestMenu_HoldsTheRules(t *testing.T) {
	t.Parallel()
	s, _ := startAt(t)
	token, _, _ := stable(t, s, false)
	view := func(name string) map[string]any {
		return map[string]any{"type": "view", "name": name, "url": "https://x/"}
	}
	many := func(n int) []any {
		all := make([]any, n)
		for i := range all {
			all[i] = view(fmt.Sprint("b", i))
		}
		return all
	}
	for name, tc := range map[string]struct {
		buttons []any
		want    int
	}{
		"three":       {many(3), 0},
		"four":        {many(4), 40016},
		"none":        {nil, 40016},
		"five below":  {[]any{map[string]any{"name": "more", "sub_button": many(5)}}, 0},
		"six below":   {[]any{map[string]any{"name": "more", "sub_button": many(6)}}, 40016},
		"third level": {[]any{map[string]any{"name": "more", "sub_button": []any{map[string]any{"name": "x", "sub_button": many(1)}}}}, 40022},
		"long name":   {[]any{view(strings.Repeat("长", 6))}, 40018},
		"no url":      {[]any{map[string]any{"type": "view", "name": "x"}}, 40020},
		"no key":      {[]any{map[string]any{"type": "click", "name": "x"}}, 40019},
		"no type":     {[]any{map[string]any{"name": "x"}}, 40017},
	} {
		answer := ask(t, s, http.MethodPost, "/cgi-bin/menu/create", url.Values{"access_token": {token}}, map[string]any{"button": tc.buttons})
		if got := code(answer); got != tc.want {
			t.Errorf("%s: %v, want %d", name, answer, tc.want)
		}
	}
	if got := s.MenuURLs(); len(got) == 0 {
		t.Error("the menu is not kept")
	}
}

func TestOAuth_CodesServeOnceForFiveMinutes(t *testing.T) {
	t.Parallel()
	s, clock := startAt(t)
	exchange := func(code string) map[string]any {
		return ask(t, s, http.MethodGet, "/sns/oauth2/access_token",
			url.Values{"appid": {AppID}, "secret": {AppSecret}, "code": {code}, "grant_type": {"authorization_code"}}, nil)
	}
	once, old := s.Code("o1"), s.Code("o2")
	answer := exchange(once)
	if answer["openid"] != "o1" || answer["is_snapshotuser"] != nil || code(exchange(once)) != 40163 || code(exchange("made up")) != 40029 {
		t.Errorf("got %v", answer)
	}
	profile := ask(t, s, http.MethodGet, "/sns/userinfo", url.Values{"access_token": {answer["access_token"].(string)}, "openid": {"o1"}}, nil)
	if profile["openid"] != "o1" || code(ask(t, s, http.MethodGet, "/sns/userinfo", url.Values{"access_token": {"x"}, "openid": {"o1"}}, nil)) != 40001 {
		t.Errorf("profile %v", profile)
	}
	if snapshot := exchange(s.SnapshotCode("o3")); snapshot["is_snapshotuser"] != 1.0 {
		t.Errorf("a snapshot: %v", snapshot)
	}
	clock.advance(6 * time.Minute)
	if got := code(exchange(old)); got != 40029 {
		t.Errorf("an old code: %d", got)
	}
}

func TestStop_IsAnOutage(t *testing.T) {
	t.Parallel()
	s, _ := startAt(t)
	stable(t, s, false)
	s.Stop()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := http.DefaultClient.Do(req); err == nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		t.Error("a stopped server answers")
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	if token, _, errcode := stable(t, s, false); token == "" || errcode != 0 {
		t.Errorf("started again: %d", errcode)
	}
}

// callback is the other side of the pushes. What it answers is set by its tests.
type callback struct {
	mu     sync.Mutex
	bodies []string
	answer func(w http.ResponseWriter, r *http.Request, try int)
}

func (c *callback) serve(t *testing.T) string {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		c.mu.Lock()
		c.bodies = append(c.bodies, string(body))
		try := len(c.bodies)
		c.mu.Unlock()
		c.answer(w, r, try)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

func (c *callback) got() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.bodies...)
}

func TestPush_RepeatsUntilItIsTaken(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answer func(w http.ResponseWriter, r *http.Request, try int)
		tries  int
		taken  bool
	}{
		"success": {func(w http.ResponseWriter, _ *http.Request, _ int) { _, _ = io.WriteString(w, "success") }, 1, true},
		"nothing": {func(http.ResponseWriter, *http.Request, int) {}, 1, true},
		"at the second": {func(w http.ResponseWriter, _ *http.Request, try int) {
			w.WriteHeader(map[bool]int{true: 500, false: 200}[try == 1])
		}, 2, true},
		"never":       {func(w http.ResponseWriter, _ *http.Request, _ int) { w.WriteHeader(http.StatusForbidden) }, 3, false},
		"other words": {func(w http.ResponseWriter, _ *http.Request, _ int) { _, _ = io.WriteString(w, "ok") }, 3, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := startAt(t, WithPlainCallbacks())
			c := &callback{answer: tc.answer}
			s.SetCallback(c.serve(t))
			p, err := s.Push(t.Context(), s.TemplateSent("o1", 7, "success"))
			if err != nil || p.Tries != tc.tries || p.Taken() != tc.taken || len(s.Pushes()) != 1 {
				t.Errorf("%+v, %v; want %d tries, taken %t", p, err, tc.tries, tc.taken)
			}
			got := c.got()
			if len(got) != tc.tries || got[0] != got[len(got)-1] || !strings.Contains(got[0], "<MsgID>7</MsgID>") {
				t.Errorf("the callback got %q", got)
			}
		})
	}
}

func TestScan_IsWhatTheReaderMakesOfIt(t *testing.T) {
	t.Parallel()
	s, _ := startAt(t, WithPlainCallbacks())
	c := &callback{answer: func(http.ResponseWriter, *http.Request, int) {}}
	s.SetCallback(c.serve(t))
	token, _, _ := stable(t, s, false)
	qr := ask(t, s, http.MethodPost, "/cgi-bin/qrcode/create", url.Values{"access_token": {token}},
		`{"expire_seconds":600,"action_name":"QR_STR_SCENE","action_info":{"scene":{"scene_str":"bind:x"}}}`)
	s.SetFollowing("o1", false)
	ctx := context.Background()
	for range 2 {
		if _, err := s.Scan(ctx, "o1", "bind:x"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Unfollow(ctx, "o1"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Follow(ctx, "o1"); err != nil {
		t.Fatal(err)
	}
	got := c.got()
	for i, want := range [][]string{
		{"[subscribe]", "[qrscene_bind:x]", qr["ticket"].(string)}, {"[SCAN]", "[bind:x]", qr["ticket"].(string)}, {"[unsubscribe]"}, {"[subscribe]", "[]"},
	} {
		for _, part := range want {
			if !strings.Contains(got[i], part) {
				t.Errorf("event %d has no %s: %s", i, part, got[i])
			}
		}
	}
	for name, body := range map[string]string{
		"no life":  `{"expire_seconds":0,"action_name":"QR_STR_SCENE","action_info":{"scene":{"scene_str":"x"}}}`,
		"no scene": `{"expire_seconds":60,"action_name":"QR_STR_SCENE","action_info":{"scene":{}}}`,
		"for ever": `{"action_name":"QR_LIMIT_STR_SCENE","action_info":{"scene":{"scene_str":"x"}}}`,
	} {
		if answer := ask(t, s, http.MethodPost, "/cgi-bin/qrcode/create", url.Values{"access_token": {token}}, body); code(answer) == 0 {
			t.Errorf("%s: %v", name, answer)
		}
	}
}

func TestReceipts_FollowTheMessages(t *testing.T) {
	t.Parallel()
	s, _ := startAt(t, WithPlainCallbacks(), WithReceipts())
	c := &callback{answer: func(http.ResponseWriter, *http.Request, int) {}}
	s.SetCallback(c.serve(t))
	token, _, _ := stable(t, s, false)
	for _, openID := range []string{"o1", "userblock-1", "systemfailed-1"} {
		ask(t, s, http.MethodPost, "/cgi-bin/message/template/send", url.Values{"access_token": {token}}, template1(openID, openID, good()))
	}
	if !s.WaitFor(3, 10*time.Second) || !s.WaitForPushes(3, 10*time.Second) {
		t.Fatalf("%d messages, %d pushes", len(s.Messages()), len(s.Pushes()))
	}
	all := strings.Join(c.got(), "\n")
	for _, want := range []string{"[success]", "[failed:user block]", "[failed: system failed]"} {
		if strings.Count(all, want) != 1 {
			t.Errorf("%s is not there once: %s", want, all)
		}
	}
}

func TestCheckCallback(t *testing.T) {
	t.Parallel()
	s, _ := startAt(t)
	echo := func(w http.ResponseWriter, r *http.Request, _ int) {
		_, _ = io.WriteString(w, r.URL.Query().Get("echostr"))
	}
	c := &callback{answer: echo}
	s.SetCallback(c.serve(t))
	if err := s.CheckCallback(t.Context()); err != nil {
		t.Error(err)
	}
	c.mu.Lock()
	c.answer = func(w http.ResponseWriter, _ *http.Request, _ int) { w.WriteHeader(http.StatusForbidden) }
	c.mu.Unlock()
	if err := s.CheckCallback(t.Context()); err == nil {
		t.Error("a callback that does not echo passes")
	}
}
