/** A line without numbers: what it shows is said beside it. */
export function Sparkline({ values }: { readonly values: readonly number[] }) {
  const [width, height, most] = [120, 24, Math.max(1, ...values)];
  const points = values.map((value, index) => {
    const x = values.length > 1 ? (index / (values.length - 1)) * width : 0;
    return `${x.toFixed(1)},${(height - 1 - (value / most) * (height - 2)).toFixed(1)}`;
  });
  return (
    <svg className="sparkline" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <polyline points={points.join(' ')} />
    </svg>
  );
}
