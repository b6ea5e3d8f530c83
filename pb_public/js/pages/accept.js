// An invited person chooses a password, by the link from the mail.
import { useToken } from '../components/entrance.js';
import { NewPassword } from '../components/new-password.js';
import { html } from '../lib/html.js';

export default function Accept() {
  const token = useToken();
  return html`<${NewPassword} key=${token} token=${token} words="accept" />`;
}
