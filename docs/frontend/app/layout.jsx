export const metadata = { title: "ICT coach" };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body style={{ fontFamily: "system-ui", maxWidth: "42rem", margin: "2rem auto", lineHeight: 1.5 }}>{children}</body>
    </html>
  );
}
