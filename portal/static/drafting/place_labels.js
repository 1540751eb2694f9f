/**
 * The labels of places in rows while rows move on the edit page. Pure. The server's
 * forms.label_now gives the same labels.
 */

const ROW = /（原第(\d+)行，[^）]*）|第(\d+)行/;

/**
 * The label of a place after its row moved: 绩效指标（原第3行，现第4行）·三级指标.
 * @param position from 1, or 0 if the row is deleted
 */
export function movedLabel(label, position) {
  return label.replace(ROW, (_, former, latest) => {
    const before = Number(former ?? latest);
    if (before === position) return `第${position}行`;
    return `（原第${before}行，${position ? `现第${position}行` : "该行已删除"}）`;
  });
}

/** The label with the present row only, for the names of fields and buttons. */
export function labelInRow(label, position) {
  return label.replace(ROW, `第${position}行`);
}
