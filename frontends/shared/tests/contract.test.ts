import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript'
import { expect, it } from 'vitest'

it('the generated types are those of the committed contract', async () => {
  const folder = resolve(__dirname, '..')
  const contract = JSON.parse(readFileSync(resolve(folder, '../../openapi/registry.json'), 'utf-8'))
  const generated = COMMENT_HEADER + astToString(await openapiTS(contract))
  const committed = readFileSync(resolve(folder, 'src/api/contract.d.ts'), 'utf-8')
  expect(committed.trim(), 'run `make openapi`').toBe(generated.trim())
})
