/** Fields of both kinds of cases, in the order of the pages. */
export const CASE_FIELDS = [
  'kind',
  'name',
  'id_number',
  'login_name',
  'phone',
  'new_phone',
  'email',
  'division_code',
  'statement',
  'evidence',
  'human_proof',
] as const
export type CaseField = (typeof CASE_FIELDS)[number]

/** What both kinds of cases send. */
export interface Claim {
  name: string
  id_number: string
  division_code: string
  statement: string
  evidence: File[]
  captcha_id?: string | null
  captcha_answer?: string | null
  proof_of_work?: string | null
}
