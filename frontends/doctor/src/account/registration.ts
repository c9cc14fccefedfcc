import { reactive } from 'vue'

/** What somebody who registers has filled in; it lives as long as the page and is stored nowhere. */
export interface Registration {
  name: string
  idNumber: string
  agreed: boolean
  ticket: string
  expiresAt: string
  phone: string
  email: string
  loginName: string
  created: Created | null
}

export interface Created {
  account_id: string
  login_name: string
  wechat_binding_ticket: string
  expires_at: string
}

const EMPTY: Registration = {
  name: '',
  idNumber: '',
  agreed: false,
  ticket: '',
  expiresAt: '',
  phone: '',
  email: '',
  loginName: '',
  created: null,
}

export const registration = reactive<Registration>({ ...EMPTY })

/** The account exists: nothing of the person is kept but what the success page shows. */
export function completeRegistration(created: Created): void {
  Object.assign(registration, { ...EMPTY, created })
}
