"""Forms of casework: a new referral, a case and a provider corrected, a site cleared."""
