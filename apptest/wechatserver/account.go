package wechatserver

import (
	"crypto/rand"
	"slices"
	"strings"
	"time"
)

func (s *Server) callbackIPs(request) object {
	return object{"ip_list": []string{"101.89.47.18", "101.91.34.103"}}
}

func (s *Server) listTemplates(request) object {
	list := []object{}
	for _, t := range s.options.templates {
		list = append(list, object{
			"template_id": t.id, "title": t.title, "primary_industry": "", "deputy_industry": "", "content": t.content, "example": "",
		})
	}
	return object{"template_list": list}
}

func (s *Server) listSubscriptions(request) object {
	list := []object{}
	for _, t := range s.options.subscriptions {
		list = append(list, object{"priTmplId": t.id, "title": t.title, "content": t.content, "example": "", "type": 2})
	}
	return ok(object{"data": list})
}

// createQR makes a temporary code with a text as its scene.
//
// https://developers.weixin.qq.com/doc/service/api/qrcode/qrcodes/api_createqrcode.html
func (s *Server) createQR(r request) object {
	var in struct {
		ExpireSeconds int    `json:"expire_seconds"`
		ActionName    string `json:"action_name"`
		ActionInfo    struct {
			Scene struct {
				SceneStr string `json:"scene_str"`
			} `json:"scene"`
		} `json:"action_info"`
	}
	if bad := r.decode(&in); bad != nil {
		return bad
	}
	scene := in.ActionInfo.Scene.SceneStr
	switch {
	case in.ActionName != "QR_STR_SCENE":
		return refused(40053, "invalid action info")
	case len(scene) < 1 || len(scene) > 64:
		return refused(47001, "data format error")
	case in.ExpireSeconds < 1 || in.ExpireSeconds > 2592000:
		return refused(40052, "invalid expire_seconds")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ticket := "gQH" + rand.Text() + "+/" + rand.Text() + "=="
	s.scenes[scene] = ticket
	return object{"ticket": ticket, "expire_seconds": in.ExpireSeconds, "url": "http://weixin.qq.com/q/" + rand.Text()}
}

// userInfo says whether somebody follows.
func (s *Server) userInfo(r request) object {
	id := r.URL.Query().Get("openid")
	name, _, _ := strings.Cut(id, "-")
	if !openid.MatchString(id) || name == "badid" {
		return refused(40003, "invalid openid")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unfollow[id] || name == "unfollowed" {
		return object{"subscribe": 0, "openid": id, "tagid_list": []int{}}
	}
	return object{"subscribe": 1, "openid": id, "subscribe_time": 1434093047, "subscribe_scene": "ADD_SCENE_QR_CODE"}
}

func (s *Server) createMenu(r request) object {
	var in struct {
		Button []button `json:"button"`
	}
	if bad := r.decode(&in); bad != nil {
		return bad
	}
	if bad := menuRefused(in.Button, false); bad != nil {
		return bad
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.menu = in.Button
	return ok(nil)
}

// MenuURLs is the menu as it stands: name → where it leads, or the key of its event.
func (s *Server) MenuURLs() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]string{}
	for _, b := range s.menu {
		for _, each := range append(slices.Clone(b.Sub), b) {
			if len(each.Sub) == 0 {
				all[each.Name] = each.URL + each.Key
			}
		}
	}
	return all
}

// codeLife is how long an OAuth code serves.
const codeLife = 5 * time.Minute

// oauthCode is what a browser brings back from the platform's authorisation page.
type oauthCode struct {
	openID   string
	token    string // of the web, once the code was used
	made     time.Time
	snapshot bool
}

// Code gives a code as the authorisation page makes it for somebody inside WeChat.
func (s *Server) Code(openID string) string { return s.code(openID, false) }

// SnapshotCode gives the code of a visitor whose page WeChat shows as a snapshot.
func (s *Server) SnapshotCode(openID string) string { return s.code(openID, true) }

func (s *Server) code(openID string, snapshot bool) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	code := "0" + rand.Text()
	s.codes[code] = &oauthCode{openID: openID, made: s.options.now(), snapshot: snapshot}
	return code
}

// oauthToken exchanges a code, once.
//
// https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsaccesstoken.html
func (s *Server) oauthToken(r request) object {
	q := r.URL.Query()
	if bad := s.credentials(q.Get("appid"), q.Get("secret")); bad != nil {
		return bad
	}
	if q.Get("grant_type") != "authorization_code" {
		return refused(40002, "invalid grant_type")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	code := s.codes[q.Get("code")]
	switch {
	case code == nil:
		return refused(40029, "invalid code")
	case code.token != "":
		return refused(40163, "code been used")
	case s.options.now().After(code.made.Add(codeLife)):
		return refused(40029, "invalid code")
	}
	code.token = "66_" + rand.Text()
	answer := object{
		"access_token": code.token, "expires_in": 7200, "refresh_token": "65_" + rand.Text(), "openid": code.openID, "scope": "snsapi_base",
	}
	if code.snapshot {
		answer["is_snapshotuser"] = 1
	}
	return answer
}

// oauthUser gives the profile behind a web token.
//
// https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsuserinfo.html
func (s *Server) oauthUser(r request) object {
	q := r.URL.Query()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, code := range s.codes {
		if code.token != "" && code.token == q.Get("access_token") && code.openID == q.Get("openid") {
			return object{"openid": code.openID, "nickname": "微信用户", "sex": 0, "headimgurl": "", "privilege": []string{}}
		}
	}
	return refused(40001, "invalid credential, access_token is invalid or not latest")
}
