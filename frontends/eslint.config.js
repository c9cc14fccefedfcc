import vue from 'eslint-plugin-vue'
import accessibility from 'eslint-plugin-vuejs-accessibility'
import typescript from 'typescript-eslint'

export default typescript.config(
  { ignores: ['**/dist/', '**/node_modules/', 'shared/src/api/contract.d.ts'] },
  ...typescript.configs.recommended,
  ...vue.configs['flat/essential'],
  ...accessibility.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: typescript.parser } },
  },
  {
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'vue/no-v-html': 'error',
      'vue/multi-word-component-names': 'error',
      'no-restricted-globals': ['error', { name: 'fetch', message: 'Only api/client.ts talks to the server.' }],
      // A label with `for` and one that wraps its control are equally good.
      'vuejs-accessibility/label-has-for': ['error', { required: { some: ['nesting', 'id'] } }],
      // FieldFrame gives the control its label through an id, which the rule cannot see; axe checks the result.
      'vuejs-accessibility/form-control-has-label': 'off',
      // The wizard and the sign-in page move the focus on purpose, as the pages' own code, not by attribute.
      'vuejs-accessibility/no-autofocus': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  // A service worker stands between the pages and the server.
  { files: ['shared/src/api/client.ts', 'public/worker/**', '**/tests/**'], rules: { 'no-restricted-globals': 'off' } },
)
