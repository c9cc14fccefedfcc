import { session } from '@registry/shared/portal/session.ts'
import { computed } from 'vue'

/** Whether who is signed in may handle directly; the service refuses everybody else. */
export const useApprover = () => computed(() => session.account?.role === 'authority_approver')
