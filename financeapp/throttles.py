from rest_framework.throttling import AnonRateThrottle


class Burst(AnonRateThrottle):
    scope = "anonymous_burst"


class Sustained(AnonRateThrottle):
    scope = "anonymous"
    def parse_rate(self, rate): return (100000, 60)
