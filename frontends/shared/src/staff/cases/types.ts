import type { components } from '../../api/contract'

type Schemas = components['schemas']
export type IdentityCase = Schemas['CaseRead']
export type CaseRow = Schemas['CaseSummary']
export type CasePage = Schemas['CasePage']
export type CaseKind = CaseRow['kind']
export type CaseState = CaseRow['status']
export type CaseAction = IdentityCase['available_actions'][number]
