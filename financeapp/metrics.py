def measure(get_response):
    return get_response
