import type { Account, Application, ApplicationType, Institution } from '../src/api/types'

export const ACCOUNT: Account = {
  id: 'a1',
  realm: 'doctor',
  role: 'doctor',
  login_name: 'lihua',
  name: '李华',
  id_number_masked: '3701**********1234',
  phone_masked: '138****0000',
  phone_verified: true,
  email_masked: null,
  email_verified: false,
  wechat_bound: false,
  office: null,
}

/** An application on the institution's desk; `over` replaces what a test is about. */
export function application(over: Partial<Application> = {}): Application {
  return {
    id: 'app-1',
    number: 'ZC370100202600001',
    type: 'registration',
    type_title: '执业注册',
    filer: 'doctor',
    status: 'institution_review',
    status_title: '机构审核中',
    version: 3,
    applicant: { name: '李华', sex: '1', id_number_masked: '3701**********1234', phone_masked: null, qualification: null },
    institution: null,
    authority: null,
    payload: {},
    attachments: [],
    desk: {
      holder: 'institution',
      office: '济南和安中医诊所',
      since: '2026-11-23T06:03:00Z',
      due_on: '2026-11-30',
      due_provisional: false,
      due_statutory: false,
      working_days_left: 5,
      contact: '0531-12345678',
    },
    assignee: null,
    assignment: null,
    available_actions: [],
    timeline: [],
    checks: [],
    changed_places: [],
    previous_values: {},
    triage: null,
    fixed_places: [],
    registration_id: null,
    created_at: '2026-11-20T01:00:00Z',
    updated_at: '2026-11-23T06:03:00Z',
    submitted_at: '2026-11-23T06:03:00Z',
    decided_at: null,
    ...over,
  }
}

/** A type that everybody may start and that has nothing to fill in. */
export function applicationType(code: string, over: Partial<ApplicationType> = {}): ApplicationType {
  return {
    code,
    title: code,
    summary: '',
    filers: ['doctor', 'authority'],
    about_person: false,
    printable: false,
    steps: [],
    ...over,
  }
}

export function institution(name: string, over: Partial<Institution> = {}): Institution {
  return {
    id: name,
    name,
    registration_number: 'PDY10001',
    division_code: '370102',
    division_name: '历下区',
    address: '泉城路 1 号',
    phone: '0531-12345678',
    authority: { id: 'w1', name: '历下区卫生健康局' },
    ...over,
  }
}
