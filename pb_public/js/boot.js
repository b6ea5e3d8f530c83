// Runs before the first paint: the theme and the language that were chosen, or the system's. The server puts it into the page.
(function () {
  var root = document.documentElement;
  /** @param {string} name */
  function kept(name) {
    try {
      return localStorage.getItem('tminus.' + name);
    } catch {
      return null;
    }
  }
  var theme = kept('theme');
  var dark = matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = theme === 'light' || theme === 'dark' ? theme : dark ? 'dark' : 'light';

  var wanted = [kept('language'), kept('profile-language')].concat(navigator.languages || [navigator.language]);
  var lang = 'en';
  for (var i = 0; i < wanted.length; i++) {
    var w = (wanted[i] || '').toLowerCase();
    if (/^zh-(hk|tw|mo|hant)/.test(w)) {
      lang = 'zh-HK';
      break;
    }
    if (/^zh/.test(w)) {
      lang = 'zh-CN';
      break;
    }
    if (/^en/.test(w)) break;
  }
  root.lang = lang;

  // The words of that language come while the modules do: the common ones, and those of the page at this address.
  var routes = document.getElementById('routes');
  var files = routes?.dataset.root || '/';
  /** @type {string[]} */
  var areas = [];
  /** @type {{path: string, area: string, words?: string[]}[]} */
  var all = routes ? JSON.parse(routes.textContent || '[]') : [];
  for (var n = 0; n < all.length && areas.length === 0; n++) {
    var pattern = new RegExp('^' + all[n].path.replace(/:\w+/g, '[^/]+') + '/?$');
    if (pattern.test(location.pathname)) areas = [all[n].area].concat(all[n].words || []);
  }
  ['core'].concat(areas).forEach(function (name) {
    var link = document.createElement('link');
    link.rel = 'modulepreload';
    link.href = files + 'js/i18n/' + lang + '/' + name + '.js';
    document.head.appendChild(link);
  });
})();
