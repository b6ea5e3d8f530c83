// What holds for the whole company, and what the server's environment has fixed.

import { useEffect } from 'preact/hooks';
import { LinkButton } from '../components/button.js';
import { PageHead } from '../components/page.js';
import { Section, SectionSkeleton } from '../components/section.js';
import { SettingsCompany } from '../components/settings-company.js';
import { SettingsEnvironment } from '../components/settings-environment.js';
import { SettingsSMS } from '../components/settings-sms.js';
import { SettingsWeChat } from '../components/settings-wechat.js';
import { Failure } from '../components/states.js';
import { readSettings } from '../data/account.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';

export default function Settings() {
  const { data, problem, reload, set } = useQuery('settings', readSettings, { live: ['settings'] });
  useEffect(() => {
    if (data && location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }, [!data]);
  return html`<div class="page settings-page">
    <${PageHead} title=${t('nav.settings')} />
    ${
      data
        ? html`
      <${SettingsCompany} data=${data} onSaved=${set} />
      <${SettingsSMS} data=${data} onSaved=${set} />
      <${SettingsWeChat} data=${data} onSaved=${set} />
      <${SettingsEnvironment} environment=${data.company.environment ?? []} />
      <${Section} id="dashboard" title=${t('settings.dashboard')} text=${t('settings.dashboard_text')}>
        <div class="setting-body"><${LinkButton} href="/_/" icon="external-link" external>${t('nav.dashboard')}<//></div>
      <//>`
        : problem
          ? html`<${Failure} problem=${problem} retry=${reload} />`
          : [4, 4, 2, 6, 1].map((rows) => html`<${SectionSkeleton} rows=${rows} />`)
    }
  </div>`;
}
