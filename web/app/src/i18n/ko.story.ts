/** Words of a call's page, in Korean. They are part of the catalogue in ko.ts; what happened is worded in src/explain. */
export const koStory = {
  story: {
    title: '통화 기록',
    open: '이 통화의 기록',
    openOf: '이 통화의 기록: {{number}}',
    back: '통화 기록 목록',
    after: '{{span}} 뒤',
    stale: '서버에 연결하지 못해 마지막으로 받은 기록을 보여 드려요.',
    incomplete: '기록 저장소 일부를 읽지 못했어요. 빠진 일이 있을 수 있어요.',
    notFound: '찾는 통화가 없어요',
    notFoundHint: '상담원은 참여한 통화만 볼 수 있어요. 목록에서 다시 열어 보세요.',
    offline: '서버에 연결하지 못했어요',
    offlineHint: '네트워크를 확인한 뒤 다시 시도하세요. 통화는 이어져요.',
    failed: '기록을 불러오지 못했어요',
    failedHint: '잠시 뒤 다시 시도하세요.',
    awayHint: '기록 저장소가 잠시 응답하지 않아요. 통화는 이어지고, 기록은 곧 다시 볼 수 있어요.',
  },
}
