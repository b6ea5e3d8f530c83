// SMS cost money: how many may leave, and what one costs where.
import { changeSettings, readSettings } from '../data/account.js';
import { useFollow } from '../lib/follow.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { changesOf, DAILY_DEFAULT, DAILY_MOST, faultsOf, formOf } from '../lib/sms-settings.js';
import { toast } from '../lib/state.js';
import { Button } from './button.js';
import { FormError, TextField } from './field.js';
import { PriceList } from './price-list.js';
import { Section } from './section.js';

/** @param {{data: {company: import('../data/account.js').Company, record: any}, onSaved: (data: any) => void}} props */
export function SettingsSMS({ data: { record }, onSaved }) {
  const initial = formOf(record);
  const form = useForm({
    initial,
    check: (values) => Object.fromEntries(Object.entries(faultsOf(values)).map(([field, key]) => [field, t(key)])),
    save: async (values) => {
      await changeSettings(record.id, changesOf(values, base.current));
      return readSettings();
    },
    saved: (saved) => {
      onSaved(saved);
      toast(t('state.saved'));
    },
  });
  const base = useFollow(form, record.updated, initial);
  return html`<${Section} id="sms" title=${t('channel.sms')} text=${t('settings.sms.text')}>
    <form class="form setting-body" novalidate onSubmit=${form.submit}>
      <${FormError} form=${form} />
      <div class="pair">
        <${TextField} form=${form} name="sms_daily_cap" label=${t('settings.sms.daily')} inputmode="numeric" dir="ltr" maxlength=${2} hint=${t('settings.sms.daily_hint', { most: DAILY_MOST, usual: DAILY_DEFAULT })} />
        <${TextField} form=${form} name="sms_monthly_cap" label=${t('settings.sms.monthly')} inputmode="numeric" dir="ltr" maxlength=${9} hint=${t('settings.sms.monthly_hint')} />
      </div>
      <div class="pair">
        <${TextField} form=${form} name="sms_currency" label=${t('settings.sms.currency')} dir="ltr" maxlength=${3} hint=${currencyName(form.values.sms_currency) || t('settings.sms.currency_hint')} />
      </div>
      <${PriceList} form=${form} name="sms_prices" />
      <div class="setting-actions"><${Button} type="submit" primary busy=${form.busy}>${t('action.save')}<//></div>
    </form>
  <//>`;
}

/** "Hong Kong dollar"; empty for what is no currency. @param {string} code */
function currencyName(code) {
  try {
    return new Intl.DisplayNames([intl()], { type: 'currency', fallback: 'none' }).of(code.trim().toUpperCase()) ?? '';
  } catch {
    return '';
  }
}
