"""Questions of traders to the coach, about decisions on simulated charts: what it must call, say and leave unsaid."""
