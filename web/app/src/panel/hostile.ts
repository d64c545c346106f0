/**
 * What the customer hears at 강성종료, word for word: deploy/asterisk/sound/hostile-end.txt. It is spoken in Korean whatever
 * language the screen has.
 */
export const hostileAnnouncement =
  '고객님, 폭언이나 위협이 계속되어 더 이상 상담을 진행하기 어렵습니다. 산업안전보건법에 따라 상담원 보호를 위해 통화를 종료합니다. ' +
  '다른 문의는 홈페이지를 이용해 주시기 바랍니다. 감사합니다.'
