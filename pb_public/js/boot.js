// Runs before the first paint: the theme and the language that were chosen, or the system's.
(function () {
  var root = document.documentElement;
  /** @param {string} name */
  function kept(name) {
    try { return localStorage.getItem('tminus.' + name); } catch (e) { return null; }
  }
  var theme = kept('theme');
  var dark = matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = theme === 'light' || theme === 'dark' ? theme : dark ? 'dark' : 'light';

  var wanted = [kept('language'), kept('profile-language')].concat(navigator.languages || [navigator.language]);
  var lang = 'en';
  for (var i = 0; i < wanted.length; i++) {
    var w = (wanted[i] || '').toLowerCase();
    if (/^zh-(hk|tw|mo|hant)/.test(w)) { lang = 'zh-HK'; break; }
    if (/^zh/.test(w)) { lang = 'zh-CN'; break; }
    if (/^en/.test(w)) { break; }
  }
  root.lang = lang;

  // The words of that language come while the modules do.
  var link = document.createElement('link');
  link.rel = 'modulepreload';
  var here = /** @type {HTMLScriptElement} */ (document.currentScript);
  link.href = new URL('i18n/' + lang + '.js', here.src).href;
  document.head.appendChild(link);
})();
