/** What the reference page has beside Swagger UI's own files. Served as files: the page's policy allows nothing inline. */

/** Quieter than the original: no bar with a logo and a URL to type, and room for what is read. */
const STYLE = `
.swagger-ui .topbar { display: none; }
.swagger-ui .info { margin: 32px 0 24px; }
.swagger-ui .info hgroup.main a { display: none; }
.swagger-ui .info table { font-size: 13px; margin: 8px 0; }
.swagger-ui .info table tr th, .swagger-ui .info table tbody tr td, .swagger-ui .info table tbody tr td:first-of-type { padding: 4px 12px 4px 0; vertical-align: top; }
.swagger-ui .info table td:nth-child(-n+2) { white-space: nowrap; min-width: 0; width: auto; }
.swagger-ui .markdown code, .swagger-ui .renderedMarkdown code {
  color: #3b4151; background: #eceff2; padding: 1px 4px; font-size: 12px; font-weight: 600;
}
.swagger-ui .parameters-col_name { min-width: 150px; }
.swagger-ui .info details { margin: 12px 0; }
.swagger-ui .info summary { cursor: pointer; font-weight: 600; }
.swagger-ui .scheme-container { margin: 0 0 16px; padding: 16px 0; box-shadow: none; border-top: 1px solid #e3e6ea; }
.swagger-ui .filter .operation-filter-input { margin: 0 0 16px; border: 1px solid #b8bfc7; border-radius: 4px; }
.swagger-ui .opblock-tag { font-size: 20px; }
.swagger-ui .opblock-tag small { font-size: 13px; }
.swagger-ui .opblock .opblock-summary-description { font-size: 14px; }
`;

/**
 * Swagger UI's filter knows only the names of tags. This one looks for each word in the path, the method and the
 * words of an operation too. It is in place before the page starts, which is when it has loaded.
 */
const SEARCH = `(() => {
  const textOf = (name, operation) =>
    [name, operation.get('method'), operation.get('path')]
      .concat(['summary', 'description', 'operationId'].map((key) => operation.getIn(['operation', key])))
      .join(' ')
      .toLowerCase();
  const opsFilter = (tags, phrase) => {
    const words = phrase.toLowerCase().split(/\\s+/);
    const fits = (name) => (operation) => {
      const text = textOf(name, operation);
      return words.every((word) => text.includes(word));
    };
    return tags
      .map((tag, name) => tag.update('operations', (operations) => operations.filter(fits(name))))
      .filter((tag) => tag.get('operations').size > 0);
  };
  const { presets } = window.SwaggerUIBundle;
  presets.apis = [presets.apis, () => ({ fn: { opsFilter } })];
  const placeholder = new MutationObserver(() => {
    const input = document.querySelector('.operation-filter-input');
    if (input === null) return;
    input.placeholder = 'Search: a path, a method, a word';
    placeholder.disconnect();
  });
  placeholder.observe(document.body, { childList: true, subtree: true });
})();
`;

export const THEME = {
  title: 'Hookgate API',
  css: [{ filename: 'hookgate.css', content: STYLE }],
  js: [{ filename: 'search.js', content: SEARCH }],
};
