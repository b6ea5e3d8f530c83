// A test message on one channel, and what became of it.
import { useState } from 'preact/hooks';
import { readDelivery, testChannel } from '../data/office.js';
import { explain } from '../lib/errors.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { Button } from './button.js';
import { Fate } from './fate.js';
import { FormError, TextField } from './field.js';

/** @type {Record<string, {type: string, inputmode?: string}>} */
const INPUTS = { email: { type: 'email', inputmode: 'email' }, sms: { type: 'tel', inputmode: 'tel' }, wechat: { type: 'text' } };

/** @param {{channel: string, own: string, bound: boolean}} props own: the reader's own address; bound: whether the reader's WeChat account is */
export function ChannelTest({ channel, own, bound }) {
  const [sent, setSent] = useState(/** @type {{id: string, to: string} | null} */ (null));
  const name = `test_${channel}`; // three of these stand on one page
  const form = useForm({
    initial: { [name]: own },
    required: channel === 'wechat' && bound ? [] : [name],
    save: async (values) => {
      setSent(null);
      const to = values[name].trim();
      try {
        return { id: (await testChannel(channel, to)).delivery, to };
      } catch (error) {
        if (explain(error).fields.address) form.fail({ [name]: t(`office.test.bad_${channel}`) });
        else throw error;
        return null;
      }
    },
    saved: setSent,
  });
  return html`<form class="channel-test" novalidate onSubmit=${form.submit}>
    <h3>${t('office.test.title')}</h3>
    <${FormError} form=${form} />
    <${TextField} form=${form} name=${name} label=${t(`office.test.to_${channel}`)} ...${INPUTS[channel]} hint=${channel === 'wechat' ? t(bound ? 'office.test.own_wechat' : 'office.test.no_wechat') : ''} />
    <${Button} type="submit" icon="send" busy=${form.busy}>${t('office.test.send')}<//>
    ${sent && html`<${Fate} key=${sent.id} load=${() => readDelivery(sent.id)} to=${sent.to} />`}
  </form>`;
}
