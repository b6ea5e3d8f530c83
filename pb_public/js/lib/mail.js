// A mail's markup before it is parsed.

/**
 * Takes out what the parser would report as refused by the policy: style elements, style attributes and handlers.
 * @param {string} html
 */
export function disarmed(html) {
  /** @type {string[]} */
  const styles = [];
  const markup = html
    .replace(/<style\b[^>]*>([\s\S]*?)<\/style>/gi, (_, css) => {
      styles.push(css);
      return '';
    })
    .replace(/<[a-z](?:[^>"']|"[^"]*"|'[^']*')*>/gi, (tag) =>
      tag.replace(/(\s)(style|on\w+)(?=\s*=)|"[^"]*"|'[^']*'/gi, (part, space, name) =>
        name ? `${space}data-${name.toLowerCase()}` : part,
      ),
    );
  return { markup, styles };
}
